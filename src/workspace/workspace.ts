import type { Observable } from 'rxjs'
import type { AbeyanceError } from '../core/error.ts'
import type { JobKey, ModulePath, RunId, Signature } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { StepKind } from '../engine/plan.ts'
import type {
  CancelOutcome,
  JobEvent,
  JobsNews,
  LogFrom,
  LogNews,
  LogOptions,
  RetryAnswer,
  StopOutcome,
} from '../monitor/job-monitor.ts'
import type { Cleaning } from '../monitor/clean-up.ts'
import type { PauseRecord } from '../monitor/pause.ts'
import type { Lapse } from '../monitor/reach.ts'
import type { Given, Pipeline } from '../pipeline/pipeline.ts'
import type { FileValue, FolderValue, Value } from '../pipeline/value.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import type { Outcome, Suspension } from '../records/outcome.ts'
import type { Pin } from '../records/pins.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Spared } from '../runners/runner.ts'
import type { Stream } from '../runners/streams.ts'
import type { Ask } from '../transports/transport.ts'
import type { BudgetOf } from './budget-report.ts'
import type { DestinationLimits } from './destination-limits.ts'
import type { DiskUse } from './disk-report.ts'
import type { HeldWait } from './held-waits.ts'
import type { AnswerReceipt, CallbackAnswer, WaitAnswer } from './wait-answer.ts'

/** What any number of processes may do beside the one that drives: read everything, and ask through the inbox (rule R11). */
export interface WorkspaceView {
  readonly folder: string
  runs(): Promise<readonly RunRecord[]>
  outcomes(run: RunId): Promise<Outcomes>
  jobs(): Promise<readonly JobRecord[]>
  job(key: JobKey): Promise<JobRecord | undefined>
  history(key: JobKey): Promise<readonly JobChange[]>
  /** The history of all jobs, each in its order: read from disk, and not held. */
  changes(): AsyncIterable<JobChange>
  /** What runs need a job: open and not cancelled. */
  neededBy(key: JobKey): Promise<readonly RunId[]>
  log$(key: JobKey, stream: Stream, from?: LogFrom, options?: LogOptions): Observable<LogNews>
  /** Every change from now on, after it is on disk. Beside a driver it is read from there, without what only the driver knows: `progress`, `staging` and `matched`. */
  readonly events$: Observable<WorkspaceEvent>
  /** All jobs first, then each change; `present` comes again where all is to be taken anew. */
  readonly jobs$: Observable<JobsNews>
  readonly files: Files
  /** What a run would do with each module, and why (rule R8); nothing is done. */
  plan(pipeline: Pipeline, options?: StartOptions): Promise<Plan>
  /** `abandon`: one of which nothing can be seen, since its container or machine is gone for good, is given up for `lost` (rule J2). */
  cancelJob(
    key: JobKey,
    options?: { readonly evenIfNeeded?: true; readonly by?: string; readonly abandon?: boolean },
  ): Promise<CancelAnswer>
  /**
   * Asks a job to end early and keeps what it has made by then: it ends `cancelled`, with what is there of its declared outputs
   * in `state.outputs`, for `files` to read. They are never served to a run (rules J6, R5).
   */
  stopJob(key: JobKey, options?: { readonly evenIfNeeded?: true; readonly by?: string }): Promise<StopAnswer>
  /**
   * `after`: only where this attempt is still its last one, so that asking twice is asking once. `abandon`: also where the attempt
   * before may still run, and an open one of which nothing can be seen; not one that its host sees run.
   */
  retryJob(
    key: JobKey,
    options?: { readonly abandon?: boolean; readonly by?: string; readonly after?: number },
  ): Promise<RetryAnswer>
  /** `after`: only where this attempt is still its last one. A job that is discarded already is no fault. */
  discardJob(key: JobKey, options?: { readonly after?: number }): Promise<void>
  cancelRun(run: RunId, options?: { readonly by?: string }): Promise<void>
  /** Clears a module's own failure (its code or its `collect` threw), so that the run tries it again. `again`: one that has been cleared already is no fault. */
  retryModule(run: RunId, module: ModulePath, options?: { readonly again?: boolean }): Promise<void>
  /** What open runs wait for that is no job of theirs: times, files, people, calls (rule R10). */
  waits(): Promise<readonly HeldWait[]>
  /**
   * Answers an approval, or a token in the stead of whoever was to call back. The first answer is on disk when this resolves, and final;
   * said again it is acknowledged, another one refused with `invalid-state`. `by`: who says it, `user` when not given. `tokenHash`: only
   * where the token is still the one with this SHA-256, as `answerToken` asks.
   */
  answer(
    run: RunId,
    module: ModulePath,
    answer: WaitAnswer,
    options?: { readonly by?: string; readonly tokenHash?: string },
  ): Promise<AnswerReceipt>
  /** Calls back: whoever has the token may, once. @throws `unknown-wait` for any other text */
  answerToken(token: string, answer: CallbackAnswer): Promise<AnswerReceipt>
  /** The token that a module waits for: a secret, to be told to whoever is to call back and to nobody else. The same at every call. */
  callbackToken(run: RunId, module: ModulePath): Promise<string>
  /** Why a module's signature differs from that of an earlier run (rule S8); without `against`, the run of the same pipeline before. */
  explain(run: RunId, module: ModulePath, options?: { readonly against?: RunId }): Promise<Explanation>
  /** Logs in to a destination that asks for more than a key, in the process that drives, with `ask` to answer its questions. */
  login(destination: string, ask: Ask): Promise<void>
  /** What is the matter with destinations, by name; those that are not there are well as far as anybody knows. */
  standings(): Promise<ReadonlyMap<string, Standing>>
  /** What is configured of destinations here, by name. */
  destinations(): ReadonlyMap<string, DestinationFacts>
  /** What of the budgets of hosts is spent, by destination, for all workspaces that share them: read here, no host is asked. */
  budgets(): Promise<ReadonlyMap<string, BudgetOf>>
  /**
   * What the folders of this workspace take on each machine: one round trip to each, all at once, `deadline` milliseconds at most
   * (60,000 when not given). A machine that does not answer is told with the others.
   */
  disk(options?: { readonly deadline?: number }): Promise<readonly DiskUse[]>
  /** Submits to a destination again that was paused as no job of it had shown itself. */
  liftPause(destination: string): Promise<void>
  close(): Promise<void>
}

export interface Standing {
  /** It does not answer, or asks for a login. */
  readonly lapse?: Lapse
  /** Nothing is submitted there, since no job of it has shown itself. */
  readonly paused?: PauseRecord
  /** The budget of its host is spent. */
  readonly spared?: Spared
}

export interface DestinationFacts {
  /** The kind of its runner: `slurm`. */
  readonly runner: string
  readonly limits: DestinationLimits
  /** When it last answered a look; only the process that drives knows. */
  readonly answeredAt?: number
}

/** Drives: one process at a time. Opening it watches every job at once and goes on with every open `auto` run. */
export interface Workspace extends WorkspaceView {
  /** Resolves when the run is durable. A `key` in use gives its run back; with another pipeline or inputs, `key-taken`. */
  start(pipeline: Pipeline, options?: StartOptions): Promise<Run>
  run(id: RunId): Promise<Run | undefined>
  /** The newest open run of this pipeline with these inputs, if there is one: what `abeyance run` goes on with. */
  find(pipeline: Pipeline, options?: StartOptions): Promise<Run | undefined>
  /** One look at every host now. */
  look(): Promise<void>
  /** A login that a person answers in another process, over a socket; that one is told how it went. */
  loginFor(destination: string, socket: string): void
  /** What nothing needs any more: objects, outputs, old runs. Removes it unless `dryRun`. */
  gc(options?: { readonly dryRun?: boolean; readonly olderThan?: number }): Promise<GcAnswer>
}

/** `needed`: these runs hang on the job; nothing was done. */
export type CancelAnswer = CancelOutcome | { readonly kind: 'needed'; readonly by: readonly RunId[] }

export type StopAnswer = StopOutcome | Extract<CancelAnswer, { kind: 'needed' }>

export interface StartOptions {
  readonly inputs?: Readonly<Record<string, Given>>
  /** Makes starting safe to repeat: the same key is the same run. */
  readonly key?: string
  /** Only these modules, and what they need. */
  readonly targets?: readonly string[]
  /** Reuse nothing at and below these modules; `*` for all. */
  readonly fresh?: readonly string[]
  readonly onFailure?: 'continue' | 'stop'
  readonly resume?: 'auto' | 'ask' | 'off'
  /** Destinations by module, over what the module says. */
  readonly destinations?: Readonly<Record<string, string>>
  /** Names of notifiers that are told of its end, beside those of the rules. */
  readonly notify?: readonly string[]
  /** The folder that relative paths in the pipeline and the inputs start from; the workspace's folder when not given. */
  readonly base?: string
}

export interface Run {
  readonly id: RunId
  readonly record: RunRecord
  /** The present state first, then each change. Completes when the run has ended. */
  readonly state$: Observable<RunState>
  /** One look and one round, also of a run at `ask` or `off`. */
  resume(): Promise<Resting>
  /** Jobs that another run needs go on. */
  cancel(by?: string): Promise<void>
  /** Has these notifiers told of its end too; of an ended run `invalid-state`. */
  notify(notifiers: readonly string[]): Promise<void>
  /** Nothing more can be done now. Aborting stops the waiting, never the run. */
  resting(options?: { readonly signal?: AbortSignal }): Promise<Resting>
  ended(options?: { readonly signal?: AbortSignal }): Promise<Ended>
}

/** By module path, such as `gel` or `digest[0]`; plain data. */
export type Outcomes = Readonly<Record<string, Outcome>>

export type Ended =
  | { readonly kind: 'done'; readonly outputs: Readonly<Record<string, Value>>; readonly outcomes: Outcomes }
  | { readonly kind: 'cancelled'; readonly by: string; readonly outcomes: Outcomes }
  | {
      readonly kind: 'failed'
      readonly failures: readonly [Failure, ...Failure[]]
      readonly outputs: Readonly<Record<string, Value>>
      readonly outcomes: Outcomes
    }

export type Resting =
  | Ended
  | {
      readonly kind: 'suspended'
      readonly on: readonly Suspension[]
      readonly failures: readonly Failure[]
      readonly outcomes: Outcomes
    }

export type RunState = Resting | { readonly kind: 'active'; readonly outcomes: Outcomes }

export interface Failure {
  readonly module: ModulePath
  readonly error: AbeyanceError
  readonly job?: JobKey
  readonly reason?: Reason
}

export type Plan = readonly PlanRow[]
export interface PlanRow {
  readonly module: ModulePath
  readonly signature: Signature | { readonly unknownUntil: string }
  readonly step: PlanStep
  readonly why: string
  /** Of a job: where it would go, and why there. */
  readonly destination?: { readonly name: string; readonly why: string }
}
export type PlanStep = StepKind

export type WorkspaceEvent =
  | JobEvent
  | { readonly kind: 'run'; readonly run: RunId; readonly state: RunRecord['state'] }
  | { readonly kind: 'outcome'; readonly run: RunId; readonly module: ModulePath; readonly outcome: Outcome }

export type Explanation =
  | { readonly kind: 'same'; readonly against: RunId; readonly sentence: string }
  | {
      readonly kind: 'differs'
      readonly against: RunId
      readonly module: ModulePath
      readonly component: string
      readonly sentence: string
    }
  | { readonly kind: 'no-earlier-run'; readonly sentence: string }

export interface Files {
  /** A path on this machine where the file can be read; never to be written. */
  path(value: FileValue): Promise<string>
  text(value: FileValue): Promise<string>
  /** A path on this machine where the folder can be read; never to be written. */
  folder(value: FolderValue): Promise<string>
  /** Puts a copy at a path, parents made; a file that is there is replaced whole. */
  save(value: FileValue | FolderValue, path: string): Promise<void>
}

export interface GcAnswer {
  readonly runs: readonly RunId[]
  readonly outputs: number
  readonly objects: number
  readonly bytes: number
  readonly jobs: readonly JobKey[]
  /** What stayed on destinations, and was let go of there; in a dry run what would be tried. */
  readonly released: readonly Pin[]
  /** On each destination where folders were due by retention, or of jobs that went; in a dry run what would be tried. */
  readonly cleaned: readonly Cleaning[]
}
