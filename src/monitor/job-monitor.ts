import type { Observable } from 'rxjs'
import type { JobKey, Signature } from '../core/ids.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { LogRule, RetryRule } from '../pipeline/settings.ts'
import type { AskedJob } from '../runners/destination-defaults.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import type { LogGap, Travel } from '../runners/runner.ts'
import type { Stream } from '../runners/streams.ts'
import type { Evidence } from '../records/evidence.ts'
import type { FinalState } from '../records/job-state.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'

/**
 * Holds all jobs of a workspace, keyed by signature: submits, watches, tails, cancels and announces them from their
 * records alone (rule M1). Nothing is published before it is on disk (rule M2).
 */
export interface JobMonitor {
  /** Makes the record of a job and submits it; a key that is known gives the record as it stands, and nothing is submitted. */
  start(request: JobRequest): Promise<JobRecord>
  /** A new attempt of a job that failed, was cancelled or lost, with `anew` also of one that succeeded. Refused while the old one may still run, unless `abandon`: that also gives up an open one of which nothing can be seen, and is refused where its host sees it run (rule J2). */
  retry(key: JobKey, options: RetryOptions): Promise<RetryAnswer>
  /**
   * Asks for an end in whatever phase; the record says `cancelRequested` until the host confirms. `abandon`: one of which nothing
   * can be seen is given up for `lost` on the user's word, since no host confirms its end (rules J1, J2).
   */
  cancel(key: JobKey, options: { readonly by: string; readonly abandon?: boolean }): Promise<CancelOutcome>
  /**
   * Asks for an end in whatever phase and keeps what the job has made by then: it ends `cancelled` with its `outputs`, which are
   * for people and never served to a run (rules J6, R5). One that ended by itself goes its normal way.
   */
  stop(key: JobKey, options: { readonly by: string }): Promise<StopOutcome>
  /** Forgets a final job's record and history, and removes its folders; numbers of attempts are not used again. One that is discarded already is no fault; with `after`, one with a later attempt is left; `folders: 'later'` leaves them to the next clean-up. */
  discard(
    key: JobKey,
    options?: { readonly after?: number; readonly folders?: 'now' | 'later' },
  ): Promise<void>
  get(key: JobKey): Promise<JobRecord | undefined>
  /** Every job whose record can be read. */
  all(): AsyncIterable<JobRecord>
  history(key: JobKey): Promise<readonly JobChange[]>
  /** Submits to a destination again that was paused since its first job did not show itself; nothing to do for any other. */
  liftPause(destination: string): Promise<void>
  /** One look at every host with open jobs, now; resolves when what was found is on disk. */
  look(): Promise<void>
  /** Every change, hot: with its evidence, after it is on disk. Never errors. */
  readonly events$: Observable<JobEvent>
  /** The present jobs first, to each subscriber, then each change. */
  readonly jobs$: Observable<JobsNews>
  /** Cold: each subscriber reads from its own offset, to the end of the job's stream, then completes (rules L1 to L4). Without `from`: the tail. */
  log$(key: JobKey, stream: Stream, from?: LogFrom, options?: LogOptions): Observable<LogNews>
  /** Stops watching; jobs go on. Closing twice is fine. */
  close(): Promise<void>
}

export interface JobRequest {
  readonly key: JobKey
  readonly signature: Signature
  readonly name: string
  readonly destination: string
  readonly spec: JobSpec
  readonly retry: readonly RetryRule[]
  /** What of both the module itself asked for, where the destination added to it. */
  readonly asked?: AskedJob
  readonly log: readonly LogRule[]
  /** Over those of the destination and the workspace (rule L2). */
  readonly logs?: LogSettings
}

export interface RetryOptions {
  readonly by: string
  readonly abandon?: boolean
  readonly anew?: boolean
  /** Only where this attempt is still the last one. */
  readonly after?: number
  /** What the new attempt is to be; as the one before when not given. */
  readonly request?: JobRequest
}

export type RetryAnswer =
  | { readonly kind: 'requested'; readonly job: JobRecord }
  /** `evidence`: what its host said when it was to be given up. */
  | { readonly kind: 'open'; readonly job: JobRecord; readonly evidence?: Evidence }
  | { readonly kind: 'may-still-run'; readonly evidence: Evidence }

/** `evidence`: it was to be given up, and its host said this instead. */
export type CancelOutcome =
  | { readonly kind: 'requested'; readonly evidence?: Evidence }
  | { readonly kind: 'ended'; readonly state: FinalState }

/** `collecting`: it ended by itself, and what it made is being brought home as ever. */
export type StopOutcome = CancelOutcome | { readonly kind: 'collecting' }

export type JobEvent =
  | { readonly kind: 'changed'; readonly job: JobRecord; readonly change: JobChange }
  | { readonly kind: 'discarded'; readonly key: JobKey }
  | {
      readonly kind: 'unreachable'
      readonly destination: string
      readonly since: number
      readonly why: string
      /** A person has to log in there. */
      readonly login?: true
    }
  | { readonly kind: 'reachable'; readonly destination: string }
  /** Nothing is submitted there until a job shows itself, or somebody lifts it. */
  | { readonly kind: 'paused'; readonly destination: string; readonly since: number; readonly why: string }
  | { readonly kind: 'unpaused'; readonly destination: string }
  /** The budget of its host is spent: nothing, or less, is asked there until then, in ms since 1970. */
  | { readonly kind: 'spared'; readonly destination: string; readonly until: number; readonly why: string }
  | { readonly kind: 'unspared'; readonly destination: string }
  | { readonly kind: 'progress'; readonly key: JobKey; readonly percent: number }
  /** Files of a job are on their way: told once a second at most, of what takes longer, and never written down. Bytes. */
  | ({ readonly kind: 'staging'; readonly key: JobKey } & Travel)
  /** A log rule asked for a notice (rule L5). */
  | { readonly kind: 'matched'; readonly key: JobKey; readonly pattern: string; readonly line: string }

export type JobsNews =
  | { readonly kind: 'present'; readonly jobs: readonly JobRecord[] }
  | { readonly kind: 'changed'; readonly job: JobRecord }
  | { readonly kind: 'discarded'; readonly key: JobKey }

export interface LogOptions {
  /** `now`: completes when everything is given that the job had written, byte for byte, instead of with the job's end. */
  readonly until?: 'now'
  /** Waited for before each further piece is read: a reader that is slow then costs no memory (rule L4). */
  readonly room?: () => Promise<void>
}

export type LogFrom = 'start' | { readonly last: number } | { readonly offset: number }

/** What a reader of a log gets; chunks joined are the file, byte for byte. */
export type LogNews =
  | { readonly kind: 'chunk'; readonly stream: Stream; readonly offset: number; readonly bytes: Uint8Array }
  /** These bytes are left out: the head of a large log, or the gap of a kept one. */
  | { readonly kind: 'skipped'; readonly stream: Stream; readonly offset: number; readonly length: number }
  /** The stream begins anew: truncated, rotated, or a new attempt or incarnation of the job. */
  | { readonly kind: 'reset'; readonly stream: Stream; readonly why: string }
  | { readonly kind: 'unavailable'; readonly stream: Stream; readonly why: LogGap; readonly sentence: string }
