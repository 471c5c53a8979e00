import type { JobRow } from '../../contract.ts'
import { isOpen } from '../words/state-look.ts'

/** Milliseconds that a job waited in its queue, up to now where it still does; `undefined` where that is not known. */
export function queueTime(job: JobRow, now: number): number | undefined {
  const from = job.queuedAt ?? job.submittedAt
  if (from === undefined) return undefined
  const until = job.startedAt ?? job.endedAt ?? (isOpen(job.state) ? now : job.since)
  return Math.max(0, until - from)
}

/** Milliseconds that it ran, up to now where it still does. */
export function runTime(job: JobRow, now: number): number | undefined {
  if (job.ranFor !== undefined) return job.ranFor
  if (job.startedAt === undefined) return undefined
  return Math.max(0, (job.endedAt ?? (isOpen(job.state) ? now : job.since)) - job.startedAt)
}
