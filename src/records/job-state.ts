import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { Value } from '../pipeline/value.ts'
import type { Exit } from '../runners/job-report.ts'

/** Where *we* hold a job to be; moves only on evidence (rule J1). `since` and other times are ms since 1970. */
export type JobState =
  /** `intent` is when the request was written down to be sent; without it the job waits for a slot or for its retry's delay. */
  | {
      readonly kind: 'submitting'
      readonly since: number
      readonly intent?: number
      readonly notBefore?: number
    }
  | { readonly kind: 'submit-unknown'; readonly since: number; readonly why: string }
  | { readonly kind: 'queued'; readonly since: number; readonly nativeId: NativeId }
  | { readonly kind: 'held'; readonly since: number; readonly nativeId: NativeId; readonly why: string }
  | {
      readonly kind: 'running'
      readonly since: number
      readonly nativeId: NativeId
      readonly incarnation: number
      readonly startedAt: number
    }
  | {
      readonly kind: 'fetching'
      readonly since: number
      readonly incarnation: number
      readonly exit: Exit
      readonly startedAt: number
      readonly endedAt: number
    }
  /**
   * Nothing of it runs, and it wrote no exit: why it is `gone`, where it was not stopped by us. What it printed is brought
   * home before it ends, since nothing else tells a person what happened (rule J5).
   */
  | {
      readonly kind: 'fetching'
      readonly since: number
      readonly incarnation: number
      readonly gone?: { readonly reason: Reason; readonly message: string }
    }
  | FinalState

export type FinalState =
  | {
      readonly kind: 'succeeded'
      readonly since: number
      readonly outputs: Readonly<Record<string, Value>>
      readonly incarnation: number
      readonly startedAt: number
      readonly endedAt: number
    }
  | {
      readonly kind: 'failed'
      readonly since: number
      readonly reason: Reason
      readonly message: string
      readonly incarnation: number
      readonly exit?: Exit
    }
  | {
      readonly kind: 'cancelled'
      readonly since: number
      readonly by: string
      readonly incarnation: number
      /** Of one that was to be stopped with its results kept: what is kept, and what is not, in words. */
      readonly message?: string
      /** Kept for people, and never served as a result (rules R5, J6). Those that were not there are left out. */
      readonly outputs?: Readonly<Record<string, Value>>
    }
  | { readonly kind: 'lost'; readonly since: number; readonly why: string; readonly incarnation: number }

export function isFinal(state: JobState): state is FinalState {
  return (
    state.kind === 'succeeded' ||
    state.kind === 'failed' ||
    state.kind === 'cancelled' ||
    state.kind === 'lost'
  )
}
