import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import { shortKey } from './find-job.ts'
import type { DestinationLimits } from '../workspace/destination-limits.ts'
import { showSpan, showTime } from './show-time.ts'
import { placeWords, waitsForPlace, type LimitsOf } from './waiting-for-place.ts'

/** A job in the JSON of `jobs` and `show`: these keys stay. Times are ms since 1970. */
export interface JobAnswer {
  readonly key: string
  readonly tag: string
  readonly name: string
  readonly destination: string
  readonly attempt: number
  readonly state: JobState['kind']
  readonly since: number
  /** Submitting, and its destination has no place for it yet: what that takes at once, as far as it is limited. */
  readonly waitsFor?: { readonly kind: 'place'; readonly limits: DestinationLimits }
  readonly nativeId?: string
  readonly startedAt?: number
  readonly endedAt?: number
  readonly reason?: string
  readonly message?: string
  readonly unreachableSince?: number
  readonly loginNeeded?: true
  /** Nothing is submitted to its destination since then. */
  readonly pausedSince?: number
  /** Since when nobody here can see its processes: another container or host began it. */
  readonly unseenSince?: number
  /** The budget of its host is spent: nothing, or less, is asked there until then. */
  readonly spared?: { readonly until: number; readonly why: string }
  readonly cancelRequested?: { readonly at: number; readonly by: string; readonly keep?: true }
}

export function jobAnswer(job: JobRecord, limitsOf: LimitsOf): JobAnswer {
  const {
    key,
    tag,
    name,
    destination,
    attempt,
    state,
    unreachableSince,
    loginNeeded,
    cancelRequested,
    noted,
  } = job
  return {
    key,
    tag,
    name,
    destination,
    attempt,
    state: state.kind,
    since: state.since,
    ...(waitsForPlace(job) && { waitsFor: { kind: 'place', limits: limitsOf(destination) ?? {} } as const }),
    ...('nativeId' in state && { nativeId: state.nativeId }),
    ...('startedAt' in state && { startedAt: state.startedAt }),
    ...('endedAt' in state && { endedAt: state.endedAt }),
    ...('reason' in state && { reason: state.reason }),
    ...messageOf(state),
    ...(unreachableSince !== undefined && { unreachableSince }),
    ...(loginNeeded && { loginNeeded }),
    ...(job.pausedSince !== undefined && { pausedSince: job.pausedSince }),
    ...(noted?.unseen && { unseenSince: noted.since }),
    ...(job.spared && { spared: job.spared }),
    ...(cancelRequested !== undefined && { cancelRequested }),
  }
}

export const jobHeadings = ['JOB', 'NAME', 'STATE', 'DESTINATION', 'ATTEMPT', 'FOR', '']

export function jobRow(job: JobRecord, now: number, limitsOf: LimitsOf): readonly string[] {
  const { key, name, destination, attempt, state } = job
  return [
    shortKey(key),
    name,
    waitsForPlace(job) ? 'waiting' : state.kind,
    destination,
    String(attempt),
    showSpan(now - state.since),
    remark(job, limitsOf),
  ]
}

/** What else is to be said of a job beside its state. */
export function remark(job: JobRecord, limitsOf: LimitsOf): string {
  const { state, destination, unreachableSince, loginNeeded, cancelRequested, noted } = job
  const said = messageOf(state).message
  return [
    ...(waitsForPlace(job) ? [placeWords(destination, limitsOf(destination))] : []),
    ...('reason' in state ? [state.reason] : []),
    ...(said === undefined ? [] : [said]),
    ...(state.kind === 'cancelled' ? [`by ${state.by}`] : []),
    ...(cancelRequested !== undefined && !('incarnation' in state && 'by' in state)
      ? [`${cancelRequested.keep ? 'stop, results kept,' : 'cancel'} asked by ${cancelRequested.by}`]
      : []),
    ...(job.pausedSince === undefined ? [] : [`${destination} is paused: abeyance doctor ${destination}`]),
    ...(loginNeeded
      ? [`its host asks for a login: abeyance login ${destination}`]
      : unreachableSince === undefined
        ? []
        : ['its host does not answer']),
    ...(job.spared ? [`not asked before ${showTime(job.spared.until)}: ${job.spared.why}`] : []),
    ...(noted?.unseen ? ['its processes cannot be seen from here'] : []),
  ].join('; ')
}

function messageOf(state: JobState): { readonly message?: string } {
  if ('message' in state && state.message !== undefined) return { message: state.message }
  return 'why' in state ? { message: state.why } : {}
}
