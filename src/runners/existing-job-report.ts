import type { Reason } from '../core/reason.ts'

/** What a scheduler *said* of a job that was not submitted by us and has no folder of ours. */
export type ExistingJobReport =
  /** It waits or runs. */
  | { readonly kind: 'open'; readonly evidence: string }
  /** By accounting. */
  | {
      readonly kind: 'ended'
      readonly result: 'succeeded' | 'failed'
      readonly reason?: Reason
      readonly code?: number
      readonly evidence: string
    }
  /** It neither waits nor runs, and accounting does not know how it ended. */
  | { readonly kind: 'nowhere'; readonly evidence: string }
  /** A word we do not know, or no answer: never an end (rule J3). */
  | { readonly kind: 'unclear'; readonly evidence: string }
