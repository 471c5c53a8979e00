import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'

/** What a host or scheduler *said* of a job at one look; never where we hold it to be. Times are the host's clock, ms since 1970. */
export type JobReport =
  /** Nothing new since the last look. */
  | { readonly kind: 'quiet' }
  /** The process that submits still lives on the host. */
  | { readonly kind: 'submitting'; readonly evidence: string }
  | {
      readonly kind: 'queued'
      readonly nativeId: NativeId
      readonly evidence: string
      /** The scheduler says that it runs, and it has claimed nothing yet. */
      readonly started?: true
    }
  | { readonly kind: 'held'; readonly nativeId: NativeId; readonly evidence: string }
  | {
      readonly kind: 'running'
      readonly nativeId: NativeId
      readonly incarnation: number
      readonly startedAt: number
      readonly evidence: string
      /** What tells its processes from all others on the host, in the runner's own words, once they are known. */
      readonly processes?: string
      /** Its folder is gone from the host: how it ends will not be known. */
      readonly bereft?: true
      /** Nobody here can see its processes: another container or another machine began it, which may be gone. */
      readonly unseen?: true
    }
  /** It ended and wrote how: the exit file of its highest incarnation. */
  | {
      readonly kind: 'ended'
      readonly incarnation: number
      readonly exit: Exit
      readonly startedAt: number
      readonly endedAt: number
      readonly evidence: string
    }
  /** The host is sure that nothing of it runs any more, and it wrote no exit. */
  | {
      readonly kind: 'vanished'
      readonly reason: Reason
      readonly incarnation: number
      readonly evidence: string
      /** By the word of its scheduler, not of its machine: an exit may yet appear. */
      readonly hearsay?: true
    }
  /** A complete answer, and no trace of a claim. `submitter`: what became of the process noted as submitting. */
  | {
      readonly kind: 'absent'
      readonly submitter: 'none' | 'gone' | 'alive' | 'unknown'
      readonly evidence: string
    }
  /** A word we do not know, or a text we cannot read: never an end (rule J3). */
  | { readonly kind: 'unclear'; readonly evidence: string }

/** How the job's own process ended. `reason` is there when the wrapper itself stopped it, as at its walltime. */
export type Exit =
  | { readonly kind: 'code'; readonly code: number; readonly reason?: Reason }
  | { readonly kind: 'signal'; readonly signal: string; readonly reason?: Reason }
