import type { JobChange } from '../records/job-record.ts'
import { isFinalKind } from './is-final-kind.ts'

/** When the last attempt of a job came to what, as it was seen here: the record alone says only since when it is what it is. */
export interface JobTimes {
  readonly attempt: number
  readonly submittedAt: number
  readonly queuedAt?: number
  readonly startedAt?: number
  readonly endedAt?: number
}

/** Takes one more change of a job; those of earlier attempts are left. */
export function withChange(times: JobTimes | undefined, { attempt, at, to }: JobChange): JobTimes {
  if (times && attempt < times.attempt) return times
  const now = times?.attempt === attempt ? times : { attempt, submittedAt: at }
  if (to === 'queued' || to === 'held') return { queuedAt: at, ...now }
  if (to === 'running') return { queuedAt: at, startedAt: at, ...now }
  return isFinalKind(to) ? { ...now, endedAt: at } : now
}
