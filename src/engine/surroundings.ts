import type { JobKey, ModulePath, RunId, Signature } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { AnyModuleType, FileReader, JobFiles, Wait } from '../modules/module-type.ts'
import type { Settings } from '../pipeline/settings.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { Given } from '../pipeline/pipeline.ts'
import type { FileValue, Value } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Outcome, OutputKey, OutputRecord } from '../records/outcome.ts'
import type { Entry } from '../records/record-store.ts'
import type { AddsOf } from '../signatures/sign-one.ts'
import type { JobSpec } from '../runners/job-spec.ts'

/** What is on disk already, as the engine may ask it. */
export interface Known {
  /** The outputs filed under a key; undefined also when a file that they name is gone. */
  output(key: OutputKey): Promise<OutputRecord | undefined>
  job(key: JobKey): Promise<KnownJob | undefined>
}

export interface KnownJob extends JobRecord {
  /** It succeeded, but a file that it made is gone. */
  readonly isGone?: true
}

/** Everything outside that the engine is handed. It knows no monitor and no store, so that it is tested without jobs. */
export interface Surroundings extends Known {
  readonly run: RunId
  readonly types: ReadonlyMap<string, AnyModuleType>
  readonly catalog: ModuleCatalog
  /** The value of what a person gave inside the pipeline: files by content, as they were when the run began. */
  resolve(given: Given): Value
  /** What the destination of a module adds, for those that have it signed (rule S5). */
  readonly addsOf?: AddsOf
  /** How each module of this run stood when the run was last on disk. */
  readonly before: ReadonlyMap<ModulePath, Outcome>
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Writes one atomic group; rejects when it is not durable. */
  put(entries: readonly Entry[]): Promise<void>
  /** Hands a job over; resolves when its record is durable. A job that is known is given as it stands. */
  suspend(request: SuspensionRequest): Promise<JobRecord>
  /** The same for a new attempt after the one that ended; another that there is by now is given. Rejects with `job-lost` where the old one may still run. */
  again(request: SuspensionRequest, after: number): Promise<JobRecord>
  /** Hands a wait over, durable under its key: gives what was waited for first, when the same wait is asked again. */
  wait(key: JobKey, wait: Wait): Promise<Wait>
  /** Whether what was waited for is there. */
  isOver(wait: Wait): Promise<boolean>
  readonly files: FileReader
  keep(path: string): Promise<FileValue>
  /** A file where it lies, by its content. */
  fileAt(path: string): Promise<FileValue>
  jobFiles(job: JobRecord): JobFiles
  changed(module: ModulePath, outcome: Outcome): void
  now(): number
}

export interface SuspensionRequest {
  readonly key: JobKey
  readonly signature: Signature
  readonly module: ModulePath
  readonly type: string
  readonly name: string
  readonly spec: JobSpec
  readonly settings: Settings
  /** As they stand at the module itself, without those of its type. */
  readonly own: Settings
}
