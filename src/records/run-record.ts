import type { RunId } from '../core/ids.ts'
import type { Json } from '../core/json.ts'
import type { Value } from '../pipeline/value.ts'

/** One execution of a pipeline, kept on disk; its outcomes are records of their own, so that a change costs the same in a large run. */
export interface RunRecord {
  readonly id: RunId
  readonly name: string
  readonly key?: string
  /** The whole pipeline document. */
  readonly pipeline: Json
  /** Every input with its value: files by content. */
  readonly inputs: Readonly<Record<string, Value>>
  /** Every file and folder that the pipeline itself names, by its reference: as it was when the run began. */
  readonly files: Readonly<Record<string, Value>>
  readonly targets: readonly string[]
  readonly fresh: readonly string[]
  readonly onFailure: 'continue' | 'stop'
  readonly resume: 'auto' | 'ask' | 'off'
  readonly destinations: Readonly<Record<string, string>>
  /** Names of notifiers that are told of its end, beside those of the rules. */
  readonly notify?: readonly string[]
  /** Where relative paths start. */
  readonly base: string
  readonly state: RunStateName
  readonly startedAt: number
  readonly endedAt?: number
  readonly cancelledBy?: string
}

/** `open` while anything may still happen. */
export type RunStateName = 'open' | 'done' | 'failed' | 'cancelled'
