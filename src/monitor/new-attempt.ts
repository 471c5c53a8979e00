import { duration } from '../core/duration.ts'
import type { WorkspaceId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import { tagOf } from '../core/tag-of.ts'
import type { RetryRule } from '../pipeline/settings.ts'
import type { JobRecord } from '../records/job-record.ts'
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
): JobRecord {
  const { key, signature, name, destination, spec, retry, log, logs, askedFor } = job
  const attempt = job.attempt + 1
  const past = { attempt: job.attempt, tag: job.tag, destination, state: job.state }
  const delay = rule === undefined ? 0 : delayOf(rule, job)
  return {
    key,
    signature,
    name,
    destination,
    retry,
    log,
    ...(logs && { logs }),
    attempt,
    tag: tagOf(workspace, key, attempt),
    spec: rule?.memory === undefined ? spec : { ...spec, resources: withMemory(spec.resources, rule.memory) },
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

function withMemory(resources: JobRecord['spec']['resources'], factor: string) {
  const [, count, unit] = /^([\d.]+)(.*)$/.exec(resources.memory ?? '') ?? []
  if (count === undefined) return resources
  return { ...resources, memory: `${Number(count) * Number(factor.slice(1))}${unit ?? ''}` }
}

function reasonOf(state: JobState): Reason | undefined {
  if (state.kind === 'failed') return state.reason
  return state.kind === 'lost' ? 'lost' : undefined
}
