import type { JsonObject } from '../core/json.ts'
import type { ModuleKind } from './module-kind.ts'
import type { Pipeline, Tolerance } from './pipeline.ts'
import type { Settings } from './settings.ts'
import type { ElementFailure } from './value.ts'

// For the compiler only: nothing is at these keys when a program runs. What has none cannot be forged as a literal.
/** What flows out of a port. */
export declare const carries: unique symbol
/** What a module type takes and gives. */
export declare const ports: unique symbol

/** An output of a module, or an input of the pipeline being built; only the builder gives them. */
export interface OutputPort<out T> {
  readonly [carries]: T
}
export type OutputPorts<O> = { readonly [K in keyof O]-?: OutputPort<O[K]> }

/** What may stand at a port: a value, an output, or, where the port takes a list, several in order. */
export type Connect<T> =
  T | OutputPort<T> | (T extends readonly (infer E)[] ? readonly (E | OutputPort<E>)[] : never)
export type Connections<I> = { readonly [K in keyof I]: Connect<I[K]> }

/** What the builder must know of a module type. The phantom says what its ports take and give. */
export interface ModuleShape<I = unknown, O = unknown> {
  readonly type: string
  readonly version: number
  readonly kind: ModuleKind
  readonly parameters?: JsonObject
  readonly settings?: Settings
  readonly [ports]: { readonly in: I; readonly out: O }
}

/** A pipeline that knows the types of its ports; usable as a module type, it is a group. */
export interface TypedPipeline<I = unknown, O = unknown> extends Pipeline {
  readonly [ports]: { readonly in: I; readonly out: O }
}

export type Usable<I, O> = ModuleShape<I, O> | TypedPipeline<I, O>

export interface Builder {
  /** Adds a module and gives its outputs. */
  add<I, O>(
    id: string,
    type: Usable<I, O>,
    inputs: Connections<I>,
    settings?: Settings & Shape,
  ): OutputPorts<O>
  /** Adds a module that runs once for each element of the lists given to the ports `over`; its outputs are lists (rule P5). */
  map<I, O, const K extends keyof I, const T extends Tolerance = 'fail'>(
    id: string,
    type: Usable<I, O>,
    over: K | readonly K[],
    inputs: Connections<Omit<I, K> & { readonly [P in K]: readonly I[P][] }>,
    settings?: Settings & MapSettings<T>,
  ): OutputPorts<Elements<O, T>>
}

export interface Shape {
  /** Makes an equal module a job of its own. */
  readonly replicate?: number
  /** False: the module is skipped, with what only it feeds (rule P6). */
  readonly when?: OutputPort<boolean>
}

export interface MapSettings<T> extends Omit<Shape, 'replicate'> {
  /** `zip`, the usual, walks several lists side by side; `cross` takes every combination. */
  readonly as?: 'zip' | 'cross'
  readonly onElementFailure?: T
  /** True: equal elements get jobs of their own. */
  readonly replicate?: boolean
}

/** A map's outputs: a list each, with failed places marked where failures are tolerated. */
export type Elements<O, T> = {
  readonly [K in keyof O]: readonly (T extends 'fail' ? O[K] : O[K] | ElementFailure)[]
}
