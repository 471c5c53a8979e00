import { duration } from '../core/duration.ts'
import type { WorkspaceId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import { tagOf } from '../core/tag-of.ts'
import type { RetryRule } from '../pipeline/settings.ts'
import type { JobRecord } from '../records/job-record.ts'
import { askedJob, fitJob, type DestinationDefaults } from '../runners/destination-defaults.ts'
import { isFinal, type FinalState, type JobState } from '../records/job-state.ts'

/** The rule that has a job run again after this end, or undefined. `attempts` counts those since a user or a run asked for it last. */
export function ruleFor(job: JobRecord, state: JobState): RetryRule | undefined {
  const reason = reasonOf(state)
  if (reason === undefined || job.cancelRequested !== undefined) return undefined
  return job.retry.find((rule) => rule.on.includes(reason) && attemptsOf(job) < rule.attempts)
}

/** The next life of a job that ended: its own number, tag and folder; the attempt before is kept beside it (rule J5). */
export function newAttempt(
  workspace: WorkspaceId,
  job: JobRecord & { readonly state: FinalState },
  now: number,
  rule?: RetryRule,
  defaultsOf: (destination: string) => DestinationDefaults | undefined = () => undefined,
): JobRecord {
  const { key, signature, name, log, logs, askedFor } = job
  const attempt = job.attempt + 1
  const past = { attempt: job.attempt, tag: job.tag, destination: job.destination, state: job.state }
  const delay = rule === undefined ? 0 : delayOf(rule, job)
  return {
    key,
    signature,
    name,
    ...placed(withMore(job, rule?.memory), rule?.destination, defaultsOf),
    log,
    ...(logs && { logs }),
    attempt,
    tag: tagOf(workspace, key, attempt),
    state: { kind: 'submitting', since: now, ...(delay > 0 ? { notBefore: now + delay } : {}) },
    earlier: [...job.earlier, past],
    ...(rule === undefined ? { askedFor: attempt } : askedFor === undefined ? {} : { askedFor }),
  }
}

export function isEnded(job: JobRecord): job is JobRecord & { readonly state: FinalState } {
  return isFinal(job.state)
}

function attemptsOf({ attempt, askedFor, earlier }: JobRecord): number {
  return askedFor === undefined ? earlier.length + 1 : attempt - askedFor + 1
}

/** The first delay as the rule says it, doubled for each attempt after. */
function delayOf(rule: RetryRule, job: JobRecord): number {
  return (duration(rule.delay ?? '0s') ?? 0) * 2 ** Math.min(attemptsOf(job) - 1, 20)
}

type Placed = Pick<JobRecord, 'destination' | 'spec' | 'retry' | 'asked'>

/** The job on the destination of the rule, with what that one adds instead of the former; where it is, when that is not there any more. */
function placed(
  { destination, spec, retry, asked }: Placed,
  to: string | undefined,
  defaultsOf: (destination: string) => DestinationDefaults | undefined,
): Placed {
  const defaults = to === undefined || to === destination ? undefined : defaultsOf(to)
  if (to === undefined || defaults === undefined) return { destination, spec, retry, ...(asked && { asked }) }
  return { destination: to, ...fitJob(spec, asked ?? askedJob(spec, retry), defaults) }
}

/** More memory than the last attempt had, on whichever destination. */
function withMore(job: JobRecord, factor: string | undefined): Placed {
  if (factor === undefined) return job
  const spec = { ...job.spec, resources: withMemory(job.spec.resources, factor) }
  const { memory } = spec.resources
  if (!job.asked || memory === undefined) return { ...job, spec }
  return { ...job, spec, asked: { ...job.asked, resources: { ...job.asked.resources, memory } } }
}

function withMemory(resources: JobRecord['spec']['resources'], factor: string) {
  const [, count, unit] = /^([\d.]+)(.*)$/.exec(resources.memory ?? '') ?? []
  if (count === undefined) return resources
  return { ...resources, memory: `${Number(count) * Number(factor.slice(1))}${unit ?? ''}` }
}

function reasonOf(state: JobState): Reason | undefined {
  if (state.kind === 'failed') return state.reason
  return state.kind === 'lost' ? 'lost' : undefined
}
