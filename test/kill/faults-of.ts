import type { JobRecord } from '../../src/records/job-record.ts'
import type { Traces } from './traces.ts'

/**
 * What is wrong with how a killed run ended, in words; nothing when all is well: every job executed once in each attempt, the
 * last attempt of each succeeded and those before ended with a reason, no module above computed again once its outcome was
 * durable, one notice for each end. `failures`: how often the run ended as failed and a person had to ask for a retry.
 */
export function faultsOf(end: Traces, atKill: Traces, failures: number): readonly string[] {
  const run = end.runs.length === 1 ? end.runs[0]?.state : undefined
  return [
    ...(run === 'done' ? [] : [`there are ${end.runs.length} runs, the first is ${run ?? 'not there'}`]),
    ...['first', 'second', 'left', 'right'].flatMap((name) => lostOrRepeated(name, end)),
    ...computedAgain(end, atKill),
    ...end.overlaps.map((overlap) => `two at once: ${overlap}`),
    ...doubleClaims(end),
    ...noticeFaults(end, failures),
  ]
}

function lostOrRepeated(name: string, { jobs, executed }: Traces): readonly string[] {
  const tags = executed.get(name) ?? []
  const job = jobs.find((one) => tags.includes(one.tag))
  if (!job) return [`${name}: no attempt on record executed it; it was executed as [${tags.join(', ')}]`]
  const repeated = tags.filter((tag, index) => tags.indexOf(tag) !== index)
  const past = job.earlier.filter(({ state }) => state.kind !== 'failed' && state.kind !== 'lost')
  const known = new Set<string>([job.tag, ...job.earlier.map(({ tag }) => tag)])
  return [
    ...(job.state.kind === 'succeeded' ? [] : [`${name}: it is ${job.state.kind}`]),
    ...repeated.map((tag) => `${name}: attempt ${tag} was executed more than once`),
    ...tags.filter((tag) => !known.has(tag)).map((tag) => `${name}: ${tag} is no attempt of it`),
    ...past.map(({ tag, state }) => `${name}: it was run again after ${tag}, which ${state.kind}`),
  ]
}

/** From the durable outcome on nothing is computed again; before it, once for each process that began it. */
function computedAgain(end: Traces, atKill: Traces): readonly string[] {
  return ['seed', 'join'].flatMap((name) => {
    const before = atKill.computed.get(name) ?? 0
    const after = (end.computed.get(name) ?? 0) - before
    if (atKill.done.has(name))
      return after === 0 ? [] : [`${name}: computed again after its outcome was durable`]
    return after <= 1 ? [] : [`${name}: computed ${after} times after the kill`]
  })
}

function doubleClaims({ claims }: Traces): readonly string[] {
  return [...claims].flatMap(([tag, count]) => (count === 1 ? [] : [`${tag}: ${count} claims`]))
}

function noticeFaults({ notices, jobs }: Traces, failures: number): readonly string[] {
  const ids = [...notices.keys()]
  const of = (event: string) => ids.filter((id) => id.endsWith(` ${event}`)).length
  const ends = jobs.reduce((sum, job) => sum + attemptsOf(job), 0)
  return [
    ...(of('job-ended') === ends ? [] : [`${of('job-ended')} notices of ${ends} ends of jobs`]),
    ...(of('run-failed') === failures
      ? []
      : [`${of('run-failed')} notices of ${failures} failures of the run`]),
    ...(of('run-finished') === 1 ? [] : [`${of('run-finished')} notices that the run finished`]),
  ]
}

function attemptsOf({ earlier }: JobRecord): number {
  return earlier.length + 1
}
