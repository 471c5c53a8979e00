import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import { processFacts } from './process-facts.ts'
import type { Scheduler } from './scheduler.ts'
import { submitSteps } from './submit-steps.ts'
import type { Submission } from './runner.ts'

export interface ReadyJob {
  readonly job: Submission
  /** The files of its `job` folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * One request that submits jobs, each at most once: it may be sent again after any doubt, and be killed between any two
 * commands. Each job's answer is a line `NONCE TAG KIND TEXT`, written as it goes; after a fault of the scheduler the rest is
 * `not-tried`. Nothing happens until the request has arrived whole. A job costs two commands beside the scheduler's own.
 */
export function submitScript(
  root: string,
  nonce: string,
  scheduler: Scheduler,
  wrapper: string,
  jobs: readonly ReadyJob[],
): string {
  const folders = jobs.map(({ job }) => `"$root"/${quote(job.tag)}/job`)
  return `{
nonce=${nonce}
root=${shellPath(root)}
shell=\${ABEYANCE_SHELL:-/bin/sh}
export ABEYANCE_SHELL="$shell"
stopped=''
wrapper=${quote(wrapper)}
${processFacts}
read_process "$$" && mine="$host,$$,$start,$boot"
mkdir -p "$root/spool" ${folders.join(' ')}
${submitSteps(scheduler)}
${jobs.map((ready) => jobSteps(ready, scheduler)).join('\n')}
printf '%s end\\n' "$nonce"
} </dev/null
`
}

function jobSteps({ job, files }: ReadyJob, scheduler: Scheduler): string {
  const text = Object.entries(files).map(
    ([name, content]) => `printf '%s\\n' ${quote(content)} >job/${name} || return 1`,
  )
  const isProgram = files['script']?.startsWith('#!') ?? false
  return `
files() {
${text.join('\n')}
printf '%s\\n' "$wrapper" >job/wrapper${isProgram ? ' && chmod +x job/script' : ''}
}
submit() {
${scheduler.submit(job)}
}
submit_once ${quote(job.tag)}`
}
