import { jobKey, type JobKey } from '../core/ids.ts'
import { keyOfReference } from '../records/output-version.ts'
import type { Outcome } from '../records/outcome.ts'

/** The job behind an outcome, as far as there is one: a job is filed under the key of its module's outputs. */
export function jobOfOutcome(outcome: Outcome, isJob: (key: JobKey) => boolean): JobKey | undefined {
  if (outcome.kind === 'suspended' && outcome.on.kind === 'job') return outcome.on.job
  if (outcome.kind === 'failed') return outcome.job
  if (outcome.kind !== 'done') return undefined
  const key = jobKey(keyOfReference(outcome.outputs))
  return isJob(key) ? key : undefined
}
