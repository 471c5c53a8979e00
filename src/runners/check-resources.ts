import { duration } from '../core/duration.ts'
import { AbeyanceError } from '../core/error.ts'
import { memorySize } from '../core/memory-size.ts'
import { flagFaults, type FlagRules } from './flag-faults.ts'
import type { Submission } from './runner.ts'

/**
 * Refuses with `invalid-value` what no scheduler gives, and flags among the job's own that would undo those by which its
 * submission is known.
 */
export function checkResources(job: Submission, rules: FlagRules): void {
  const { cores = 1, gpus = 0, memory, time, flags = [] } = job.spec.resources
  const refuse = (why: string) => new AbeyanceError('invalid-value', `${job.name} cannot run: ${why}`)
  if (!Number.isSafeInteger(cores) || cores < 1) throw refuse(`cores are given whole, not ${cores}`)
  if (!Number.isSafeInteger(gpus) || gpus < 0) throw refuse(`GPUs are given whole, not ${gpus}`)
  // Nothing would be taken for no limit.
  if (memory !== undefined && memorySize(memory) === 0) throw refuse('it asks for no memory')
  if (time !== undefined && duration(time) === 0) throw refuse('it asks for no time')
  for (const { word, why } of flagFaults(flags, rules))
    throw refuse(`\`${word}\` cannot be among its flags: ${why}`)
}
