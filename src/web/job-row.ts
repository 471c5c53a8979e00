import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { Travel } from '../runners/runner.ts'
import type { JobRow } from './contract.ts'
import { isFinalKind } from './is-final-kind.ts'
import type { JobTimes } from './job-times.ts'

/** What is known of a job beside its record. */
export interface JobContext {
  readonly times: JobTimes | undefined
  readonly progress: JobProgress | undefined
}

/** How far it is, as was told and nowhere written down. */
export interface JobProgress {
  readonly percent?: number
  readonly travel?: Travel
}

/** A job as the table shows it: flat, and little, since ten thousand of them are sent. */
export function jobRow(job: JobRecord, { times, progress }: JobContext): JobRow {
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
    ...whyOf(state),
    ...(isUnsent(state) && { waitsForPlace: true }),
    ...(job.unreachableSince !== undefined && { unreachableSince: job.unreachableSince }),
    ...(job.loginNeeded && { loginNeeded: true }),
    ...(job.pausedSince !== undefined && { pausedSince: job.pausedSince }),
    ...(job.spared && { spared: job.spared }),
    ...(noted?.unseen && { unseenSince: noted.since }),
    ...(cancelRequested && {
      cancelRequested: {
        at: cancelRequested.at,
        by: cancelRequested.by,
        ...(cancelRequested.keep && { keep: true }),
      },
    }),
    ...progressIn(state, progress),
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

function progressIn({ kind }: JobState, { percent, travel }: JobProgress = {}): JobProgress {
  const travels = kind === 'submitting' ? 'there' : kind === 'fetching' ? 'home' : undefined
  return {
    ...(percent !== undefined && !isFinalKind(kind) && { percent }),
    ...(travel && travel.way === travels && { travel }),
  }
}

function whyOf(state: JobState): Pick<JobRow, 'reason' | 'message'> {
  if (state.kind === 'fetching') return 'gone' in state && state.gone ? state.gone : {}
  const reason = 'reason' in state && { reason: state.reason }
  if ('message' in state && state.message !== undefined) return { ...reason, message: state.message }
  if ('why' in state) return { ...reason, message: state.why }
  return reason || (state.kind === 'cancelled' ? { message: `by ${state.by}` } : {})
}
