import type { ModulePath } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import type { Pipeline, Tolerance } from './pipeline.ts'
import type { Settings } from './settings.ts'
import type { Value } from './value.ts'

/** A pipeline with its groups unfolded and its inputs filled in: what is signed and run. Modules are in dependency order. */
export interface Graph {
  readonly modules: ReadonlyMap<ModulePath, FlatModule>
  readonly outputs: Readonly<Record<string, Wire>>
}

export interface FlatModule {
  readonly path: ModulePath
  readonly type: string
  readonly version: number
  readonly parameters: JsonObject
  readonly inputs: Readonly<Record<string, Wire>>
  readonly settings: Settings
  /** Conditions, its own and those of the groups around it: one that is false means `skipped` (rule P6). */
  readonly when?: readonly Wire[]
  /** Makes an equal module a job of its own (F13); several, outermost first, where groups or maps around it say so too. */
  readonly replicate?: number | readonly number[]
  /** Of a map: one copy of `body` is unfolded for each element once the lists are known. */
  readonly map?: FlatMap
}

export interface FlatMap {
  readonly over: readonly string[]
  readonly as: 'zip' | 'cross'
  readonly onElementFailure: Tolerance
  readonly replicate: boolean
  /** One module or a group, as a pipeline whose inputs are the map's ports. */
  readonly body: Pipeline
  /** Whether the body is one module: then an element is called `digest[0]`, not `digest[0]/digest`. */
  readonly single: boolean
}

/** A source after unfolding: a known value, an output of another module, or several in order. */
export type Wire =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'output'; readonly module: ModulePath; readonly port: string }
  | { readonly kind: 'list'; readonly wires: readonly Wire[] }
