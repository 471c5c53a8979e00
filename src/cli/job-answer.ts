import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import { shortKey } from './find-job.ts'
import { showSpan } from './show-time.ts'

/** A job in the JSON of `jobs` and `show`: these keys stay. Times are ms since 1970. */
export interface JobAnswer {
  readonly key: string
  readonly tag: string
  readonly name: string
  readonly destination: string
  readonly attempt: number
  readonly state: JobState['kind']
  readonly since: number
  readonly nativeId?: string
  readonly startedAt?: number
  readonly endedAt?: number
  readonly reason?: string
  readonly message?: string
  readonly unreachableSince?: number
  readonly cancelRequested?: { readonly at: number; readonly by: string }
}

export function jobAnswer(job: JobRecord): JobAnswer {
  const { key, tag, name, destination, attempt, state, unreachableSince, cancelRequested } = job
  return {
    key,
    tag,
    name,
    destination,
    attempt,
    state: state.kind,
    since: state.since,
    ...('nativeId' in state && { nativeId: state.nativeId }),
    ...('startedAt' in state && { startedAt: state.startedAt }),
    ...('endedAt' in state && { endedAt: state.endedAt }),
    ...('reason' in state && { reason: state.reason }),
    ...messageOf(state),
    ...(unreachableSince !== undefined && { unreachableSince }),
    ...(cancelRequested !== undefined && { cancelRequested }),
  }
}

export const jobHeadings = ['JOB', 'NAME', 'STATE', 'DESTINATION', 'ATTEMPT', 'FOR', '']

export function jobRow(job: JobRecord, now: number): readonly string[] {
  const { key, name, destination, attempt, state } = job
  return [
    shortKey(key),
    name,
    state.kind,
    destination,
    String(attempt),
    showSpan(now - state.since),
    remark(job),
  ]
}

/** What else is to be said of a job beside its state. */
export function remark(job: JobRecord): string {
  const { state, unreachableSince, cancelRequested } = job
  const said = messageOf(state).message
  return [
    ...('reason' in state ? [state.reason] : []),
    ...(said === undefined ? [] : [said]),
    ...(state.kind === 'cancelled' ? [`by ${state.by}`] : []),
    ...(cancelRequested !== undefined && !('incarnation' in state && 'by' in state)
      ? [`cancel asked by ${cancelRequested.by}`]
      : []),
    ...(unreachableSince === undefined ? [] : ['its host does not answer']),
  ].join('; ')
}

function messageOf(state: JobState): { readonly message?: string } {
  if ('message' in state) return { message: state.message }
  return 'why' in state ? { message: state.why } : {}
}
