import type { FinalState, JobState } from '../records/job-state.ts'

const final = new Set<JobState['kind']>(['succeeded', 'failed', 'cancelled', 'lost'])

/** Whether a state of this kind is one that a job does not leave by itself. */
export function isFinalKind(kind: JobState['kind']): kind is FinalState['kind'] {
  return final.has(kind)
}
