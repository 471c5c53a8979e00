import { jobKey, type JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { Outcome, OutputKey, OutputRecord } from '../records/outcome.ts'
import { keyOfReference, outputsAsKept } from '../records/output-version.ts'
import type { Known } from './surroundings.ts'

/** What is known of a module before anything of it is run, and of nothing upstream (rules R4, R5). */
export type Finding =
  | { readonly kind: 'output'; readonly record: OutputRecord }
  /** Its job goes on: this run's own, or one that another run started. */
  | { readonly kind: 'open'; readonly job: JobRecord; readonly own: boolean }
  | { readonly kind: 'succeeded'; readonly job: JobRecord }
  /** Its job ended badly in this run: the outcome is failed. */
  | { readonly kind: 'ended'; readonly job: JobRecord }
  /**
   * Its job ended before this run asked for it, and is never served as a result; or it succeeded, and files it made are no
   * longer kept. It gets a new attempt.
   */
  | { readonly kind: 'again'; readonly job: JobRecord }
  | { readonly kind: 'nothing' }

export interface SurveyQuestion {
  readonly key: OutputKey
  readonly hasJob: boolean
  /** How the module stood in this run before. */
  readonly before: Outcome | undefined
  /** Reuse nothing from before this run. */
  readonly fresh: boolean
}

export async function survey(known: Known, question: SurveyQuestion): Promise<Finding> {
  const { key, before } = question
  if (!question.fresh || before?.kind === 'done') {
    const record = await outputOf(known, key, before)
    if (record) return { kind: 'output', record }
  }
  if (!question.hasJob) return { kind: 'nothing' }
  const job = await known.job(jobOf(key))
  if (!job) return { kind: 'nothing' }
  const own = isOwn(job, before)
  if (!isFinal(job.state)) return { kind: 'open', job, own }
  if (job.state.kind === 'succeeded') {
    const serves = (own || !question.fresh) && !job.isGone
    return serves ? { kind: 'succeeded', job } : { kind: 'again', job }
  }
  return own ? { kind: 'ended', job } : { kind: 'again', job }
}

/** What this run had of it already, else what was made last. */
async function outputOf(
  known: Known,
  key: OutputKey,
  before: Outcome | undefined,
): Promise<OutputRecord | undefined> {
  if (before?.kind !== 'done' || keyOfReference(before.outputs) !== key) return known.output(key)
  return (await outputsAsKept(before.outputs, (one) => known.output(one))) ?? known.output(key)
}

/** A job is filed under the key of its module's outputs. */
export function jobOf(key: OutputKey): JobKey {
  return jobKey(key)
}

function isOwn(job: JobRecord, before: Outcome | undefined): boolean {
  if (before?.kind === 'suspended' && before.on.kind === 'job') return job.attempt >= before.on.attempt
  if (before?.kind === 'failed' && before.attempt !== undefined) return job.attempt >= before.attempt
  return false
}
