import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { JobRow } from './contract.ts'
import { isFinalKind } from './is-final-kind.ts'
import type { JobTimes } from './job-times.ts'

/** What is known of a job beside its record. */
export interface JobContext {
  readonly times: JobTimes | undefined
  readonly percent: number | undefined
}

/** A job as the table shows it: flat, and little, since ten thousand of them are sent. */
export function jobRow(job: JobRecord, { times, percent }: JobContext): JobRow {
  const { key, name, destination, attempt, state, cancelRequested, noted } = job
  return {
    key,
    name,
    destination,
    attempt,
    state: state.kind,
    since: state.since,
    ...timesOf(state, times?.attempt === attempt ? times : undefined),
    ...('nativeId' in state && { nativeId: state.nativeId }),
    ...('reason' in state && { reason: state.reason }),
    ...messageOf(state),
    ...(isUnsent(state) && { waitsForPlace: true }),
    ...(job.unreachableSince !== undefined && { unreachableSince: job.unreachableSince }),
    ...(job.loginNeeded && { loginNeeded: true }),
    ...(job.pausedSince !== undefined && { pausedSince: job.pausedSince }),
    ...(noted?.unseen && { unseenSince: noted.since }),
    ...(cancelRequested && {
      cancelRequested: {
        at: cancelRequested.at,
        by: cancelRequested.by,
        ...(cancelRequested.keep && { keep: true }),
      },
    }),
    ...(percent !== undefined && !isFinalKind(state.kind) && { percent }),
  }
}

/** What its host said of begin and end, else when it was seen here; how long it ran is its host's word alone (rule J7). */
function timesOf(state: JobState, times: JobTimes | undefined) {
  const { submittedAt, queuedAt, startedAt, endedAt } = times ?? {}
  const began = 'startedAt' in state ? state.startedAt : startedAt
  const ended =
    'endedAt' in state ? state.endedAt : (endedAt ?? (isFinalKind(state.kind) ? state.since : undefined))
  return {
    ...(submittedAt !== undefined && { submittedAt }),
    ...(queuedAt !== undefined && { queuedAt }),
    ...(began !== undefined && { startedAt: began }),
    ...(ended !== undefined && { endedAt: ended }),
    ...('endedAt' in state && { ranFor: state.endedAt - state.startedAt }),
  }
}

/** Written down and not sent, and no retry's delay before it. */
function isUnsent(state: JobState): boolean {
  return state.kind === 'submitting' && state.intent === undefined && state.notBefore === undefined
}

function messageOf(state: JobState): { readonly message?: string } {
  if ('message' in state && state.message !== undefined) return { message: state.message }
  if ('why' in state) return { message: state.why }
  return state.kind === 'cancelled' ? { message: `by ${state.by}` } : {}
}
