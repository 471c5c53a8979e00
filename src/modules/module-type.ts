import type { Logger } from '../core/logger.ts'
import type { JsonObject } from '../core/json.ts'
import type { Reason } from '../core/reason.ts'
import type { ModuleKind } from '../pipeline/module-kind.ts'
import type { Settings } from '../pipeline/settings.ts'
import type { FileValue, FolderValue, Value } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import type { AskedWait } from './asked-wait.ts'

export type Values = Readonly<Record<string, Value>>

/** The kind of thing a module is: what the graph knows of it, and what it does. Made by `command()` and `moduleType()`. */
export interface AnyModuleType {
  readonly type: string
  readonly version: number
  readonly kind: ModuleKind
  readonly act: Act
  /** Checks values as they cross its ports (rule P2); gives them as the module takes them, defaults filled in. */
  checkInputs(inputs: Values): Promise<Values>
  checkOutputs(outputs: Values, parameters: JsonObject): Promise<Values>
}

export type Act =
  | { readonly kind: 'compute'; compute(inputs: Values, context: ComputeContext): Promise<Values> }
  | {
      readonly kind: 'job'
      /** Where a job cannot be planned before a file that it is given was read: the inputs with what was read. */
      prepare?(inputs: Values, files: FileReader): Promise<Values>
      job(inputs: Values, module: JobModule): JobPlan
      /** Runs after the monitor fetched what was declared; when it throws, the job stays succeeded (rule R6). */
      collect?(context: CollectContext): Promise<Values>
    }
  | {
      readonly kind: 'wait'
      wait(inputs: Values, now: number, parameters: JsonObject): Wait
      answer(wait: Wait, fileAt: (path: string) => Promise<FileValue>): Promise<Values>
    }

export interface JobModule {
  readonly parameters: JsonObject
  readonly settings: Settings
}

/** A job with its settings: those of the module over those of its type. */
export interface JobPlan {
  readonly spec: JobSpec
  readonly settings: Settings
}

/** What a module waits for that is no job of ours (rule R10): a time in ms since 1970, a file at an absolute path, a job that somebody else submitted, or an answer. */
export type Wait =
  | { readonly kind: 'until'; readonly time: number }
  | { readonly kind: 'file'; readonly path: string }
  | ExistingJob
  | AskedWait

/** A job known by its id only, on the scheduler of a destination; with its `end` once that is known (rule J9). */
export type ExistingJob = {
  readonly kind: 'existing-job'
  readonly destination: string
  readonly id: string
  readonly accept: 'succeeded' | 'unknown' | 'any'
  /** When it was waited for first, ms since 1970. */
  readonly since: number
  readonly end?: ExistingJobEnd
}

export type ExistingJobEnd = {
  readonly result: 'succeeded' | 'failed' | 'unknown'
  readonly reason?: Reason
  readonly code?: number
  readonly evidence: string
}

export interface ComputeContext {
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly files: FileReader
  /** Takes a file that the module made into the workspace. */
  keep(path: string): Promise<FileValue>
}

/** What `collect` gets: the record and the job's files, and nothing else, so that it cannot silently read an unset input. */
export interface CollectContext {
  readonly signal: AbortSignal
  readonly record: JobRecord
  readonly files: JobFiles
}

export interface FileReader {
  /** A path on this machine where the file can be read; never to be written. */
  path(value: FileValue): Promise<string>
  text(value: FileValue): Promise<string>
  folder(value: FolderValue): Promise<string>
}

/** The job's declared outputs, by name. */
export interface JobFiles {
  value(output: string): Value
  path(output: string): Promise<string>
  text(output: string): Promise<string>
}
