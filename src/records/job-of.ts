import { jobKey, type JobKey } from '../core/ids.ts'
import type { Outcome } from './outcome.ts'
import { keyOfReference } from './output-version.ts'

/** What job an outcome speaks of, if any: of a module that is done its outputs are filed under the key that its job would have. */
export function jobOf(outcome: Outcome): JobKey | undefined {
  if (outcome.kind === 'suspended') return outcome.on.kind === 'job' ? outcome.on.job : undefined
  if (outcome.kind === 'failed') return outcome.job
  return outcome.kind === 'done' ? jobKey(keyOfReference(outcome.outputs)) : undefined
}
