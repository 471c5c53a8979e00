import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import { privateFolder } from '../staging/private-folder.ts'
import { arraySteps } from './array-steps.ts'
import type { JobArray, ReadyJob } from './job-array.ts'
import { processFacts } from './process-facts.ts'
import type { Scheduler } from './scheduler.ts'
import { submitSteps } from './submit-steps.ts'

/**
 * One request that submits jobs, each at most once: it may be sent again after any doubt, and be killed between any two
 * commands. Each job's answer is a line `NONCE TAG KIND TEXT`, written as it goes; after a fault of the scheduler the rest is
 * `not-tried`. Nothing happens until the request has arrived whole. A job costs two commands beside the scheduler's own. Many jobs
 * go to a scheduler's queue in several lanes at a time, since its commands mostly wait; each lane stops by itself.
 */
export function submitScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  wrapper: string,
  jobs: readonly (ReadyJob | JobArray)[],
): string {
  const all = jobs.flatMap((one) => ('elements' in one ? one.elements : [one]))
  const folders = all.map(({ job }) => `"$root"/${quote(job.tag)}/job`)
  const { arrays } = scheduler
  return `{
nonce=${nonce}
root=${shellPath(root)}
shell=\${ABEYANCE_SHELL:-/bin/sh}
export ABEYANCE_SHELL="$shell"
stopped=''
wrapper=${quote(wrapper)}
${processFacts}
read_process "$$" && mine="$host,$$,$start,$boot"
${privateFolder(root)}
mkdir -p "$root/spool" ${folders.join(' ')}
${submitSteps(scheduler)}${arrays && all.length > jobs.length ? arraySteps(arrays) : ''}
${inLanes(
  jobs.map((one) => ('elements' in one ? arrayText(one, scheduler) : jobText(one, scheduler))),
  scheduler.queue === undefined ? 1 : mostLanes,
)}
printf '%s end\\n' "$nonce"
} </dev/null
`
}

const mostLanes = 4
/** Fewer are not worth a process. */
const jobsInLane = 8

/** Jobs are dealt out in turn, so that they come to the queue about in their order. */
function inLanes(texts: readonly string[], most: number): string {
  const count = Math.min(most, Math.ceil(texts.length / jobsInLane))
  if (count < 2) return texts.join('\n')
  const lanes = Array.from({ length: count }, (_, lane) => texts.filter((_, at) => at % count === lane))
  return `${lanes.map((lane) => `(\nbe_a_lane\n${lane.join('\n')}\n) &`).join('\n')}\nwait`
}

function jobText(ready: ReadyJob, scheduler: Scheduler): string {
  return `
${functionsOf(ready, scheduler)}
submit_once ${quote(ready.job.tag)}`
}

function functionsOf({ job, files }: ReadyJob, scheduler: Scheduler): string {
  const text = Object.entries(files).map(
    ([name, content]) => `printf '%s\\n' ${quote(content)} >job/${name} || return 1`,
  )
  const isProgram = files['script']?.startsWith('#!') ?? false
  return `files() {
${text.join('\n')}
printf '%s\\n' "$wrapper" >job/wrapper${isProgram ? ' && chmod +x job/script' : ''}
}
submit() {
${scheduler.submit(job)}
}`
}

/** `prepare_TAG` defines what a job is, for its turn in the array and for when it has to go alone. */
function arrayText({ job, elements }: JobArray, scheduler: Scheduler): string {
  const each = elements.map((ready) => `prepare_${ready.job.tag}() {\n${functionsOf(ready, scheduler)}\n}\n`)
  return `
${each.join('')}prepare_${job.tag}() {
submit() {
${scheduler.arrays?.submit(job, elements.length) ?? 'return 1'}
}
}
submit_array ${[job, ...elements.map((one) => one.job)].map(({ tag }) => quote(tag)).join(' ')}`
}
