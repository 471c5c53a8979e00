import type { TypedPipeline } from '../pipeline/connection.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type {
  Ended,
  Failure,
  Outcomes,
  Plan,
  Resting,
  Run,
  RunState,
  StartOptions,
  Workspace,
} from './workspace.ts'
import type { Observable } from 'rxjs'
import type { Suspension } from '../records/outcome.ts'

/** A workspace whose runs know the types of their pipeline's inputs and outputs, as far as the compiler knows them. */
export interface TypedWorkspace extends Omit<Workspace, 'start' | 'plan' | 'find'> {
  /** Resolves when the run is durable. A `key` in use gives its run back; with another pipeline or inputs, `key-taken`. */
  start<I, O>(pipeline: TypedPipeline<I, O>, ...options: Asked<I>): Promise<TypedRun<O>>
  start(pipeline: Pipeline, options?: StartOptions): Promise<Run>
  /** What a run would do, and why; nothing is done (rule R8). */
  plan<I, O>(pipeline: TypedPipeline<I, O>, ...options: Asked<I>): Promise<Plan>
  plan(pipeline: Pipeline, options?: StartOptions): Promise<Plan>
  /** The newest open run of this pipeline with these inputs, if there is one. */
  find<I, O>(pipeline: TypedPipeline<I, O>, ...options: Asked<I>): Promise<TypedRun<O> | undefined>
  find(pipeline: Pipeline, options?: StartOptions): Promise<Run | undefined>
}

/** Options may be left out where every input may. */
type Asked<I> = Record<never, never> extends I ? [options?: TypedStart<I>] : [options: TypedStart<I>]
export type TypedStart<I> = Omit<StartOptions, 'inputs'> &
  (Record<never, never> extends I ? { readonly inputs?: I } : { readonly inputs: I })

export interface TypedRun<O> extends Omit<Run, 'state$' | 'resume' | 'resting' | 'ended'> {
  readonly state$: Observable<TypedResting<O> | Extract<RunState, { kind: 'active' }>>
  resume(): Promise<TypedResting<O>>
  resting(options?: { readonly signal?: AbortSignal }): Promise<TypedResting<O>>
  ended(options?: { readonly signal?: AbortSignal }): Promise<TypedEnded<O>>
}

export type TypedEnded<O> =
  | { readonly kind: 'done'; readonly outputs: O; readonly outcomes: Outcomes }
  | {
      readonly kind: 'failed'
      readonly failures: readonly [Failure, ...Failure[]]
      readonly outputs: Partial<O>
      readonly outcomes: Outcomes
    }
  | Extract<Ended, { kind: 'cancelled' }>
export type TypedResting<O> =
  TypedEnded<O> | (Extract<Resting, { kind: 'suspended' }> & { readonly on: readonly Suspension[] })
