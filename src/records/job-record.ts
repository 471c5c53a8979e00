import type { JobKey, Signature, Tag } from '../core/ids.ts'
import type { LogRule, RetryRule } from '../pipeline/settings.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import type { Evidence } from './evidence.ts'
import type { JobState } from './job-state.ts'

/** All that is on disk of a job; one per signature. Enough to submit, watch, tail, cancel and collect without any pipeline (rule M1). */
export interface JobRecord {
  readonly key: JobKey
  readonly signature: Signature
  /** For people: `digest[0] EcoRI`. */
  readonly name: string
  readonly destination: string
  readonly spec: JobSpec
  readonly retry: readonly RetryRule[]
  readonly log: readonly LogRule[]
  /** The present attempt; numbers are never used twice, also after a discard (rule J5). */
  readonly attempt: number
  readonly tag: Tag
  readonly state: JobState
  /** Beside the state, not instead of it. */
  readonly unreachableSince?: number
  /** `rule`: the pattern of a log rule that asked for it (rule L5). */
  readonly cancelRequested?: { readonly at: number; readonly by: string; readonly rule?: string }
  /** When the job was first seen missing without an exit: `lost` needs that twice, a grace apart (rule J2). */
  readonly missingSince?: number
  /** Earlier attempts, oldest first. */
  readonly earlier: readonly PastAttempt[]
}

export interface PastAttempt {
  readonly attempt: number
  readonly tag: Tag
  readonly destination: string
  readonly state: JobState
}

/** One change of a job's state with its evidence; the history, kept on disk and not in memory (rule M7). */
export interface JobChange {
  readonly key: JobKey
  readonly attempt: number
  readonly at: number
  readonly from: JobState['kind'] | 'none'
  readonly to: JobState['kind']
  readonly evidence: Evidence
}
