import type { JobKey, Signature, Tag } from '../core/ids.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { LogRule, RetryRule } from '../pipeline/settings.ts'
import type { AskedJob } from '../runners/destination-defaults.ts'
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
  /** What of `spec` and `retry` the module itself asked for, where its destination added to it: another destination starts from this. */
  readonly asked?: AskedJob
  readonly log: readonly LogRule[]
  /** Over those of the destination and the workspace (rule L2). */
  readonly logs?: LogSettings
  /** The present attempt; numbers are never used twice, also after a discard (rule J5). */
  readonly attempt: number
  readonly tag: Tag
  readonly state: JobState
  /** Beside the state, not instead of it. */
  readonly unreachableSince?: number
  /** What its host asks for is a login: only a person can help. */
  readonly loginNeeded?: true
  /** It waits, as nothing is submitted to its destination since then. */
  readonly pausedSince?: number
  /** Why nothing, or less, is asked of its host now, and until when: its budget is spent. */
  readonly spared?: { readonly until: number; readonly why: string }
  readonly cancelRequested?: CancelWish
  /** When the job was first seen missing without an exit: `lost` needs that twice, a grace apart (rule J2). */
  readonly missingSince?: number
  /** What tells its processes from all others on its host, as a look reported it: they are found also without its folder. */
  readonly processes?: string
  /** What is not as usual with a running job, as the last look told it: in its history once, whoever looks. */
  readonly noted?: JobNote
  /** The attempt that a user or a run asked for last: retry rules count from it (rule J4). The first where it is not said. */
  readonly askedFor?: number
  /** Earlier attempts, oldest first. */
  readonly earlier: readonly PastAttempt[]
}

/** That somebody wants its end. */
export interface CancelWish {
  readonly at: number
  readonly by: string
  /** The pattern of a log rule that asked for it (rule L5). */
  readonly rule?: string
  /** "Stop, but keep the results" (rule J6): what it has made by then is brought home. */
  readonly keep?: true
  /** Of `keep`: when it was written down that its host is about to be asked. What ended before that ended by itself. */
  readonly asked?: number
}

/** Its folder is gone, or (`unseen`) nobody here can see its processes: another container or machine began it. */
export interface JobNote {
  readonly since: number
  readonly text: string
  readonly unseen?: true
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
