import { AbeyanceError } from '../core/error.ts'
import type { Digest, ModulePath, Signature } from '../core/ids.ts'
import type { AnyModuleType, Values } from '../modules/module-type.ts'
import type { FlatModule, Wire } from '../pipeline/graph.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Outcome, OutputKey } from '../records/outcome.ts'
import type { Unknown } from '../signatures/sign-one.ts'

/** A module while its run goes on: the only mutable thing of the engine. */
export interface ModuleNode {
  readonly module: FlatModule
  /** Undefined for a map, which is no module type but a shape. */
  readonly type: AnyModuleType | undefined
  /** For people: the path, and the value of an element. */
  readonly name: string
  /** Dependencies come first. */
  readonly order: number
  /** Nothing from before this run is reused for it. */
  readonly fresh: boolean
  /** What it gives belongs to this run, and what lies below is signed by it (rule S4). */
  readonly volatile: boolean
  /** A place of a tolerant map: its failure is marked in the results and stops nothing. */
  readonly tolerated: boolean
  /** The modules that read it, or are decided by it. */
  readonly consumers: ModuleNode[]
  /** Conditions that must all be true for it: its own, and those of what it cannot do without (rule P6). */
  readonly gates: readonly Wire[]
  /** The modules that must have spoken before it is known what it is given, and whether it is wanted at all. */
  readonly deciders: readonly ModuleNode[]
  /** Some module's condition reads it. */
  decides: boolean
  signature: Signature | Unknown
  phase: 'unseen' | 'queued' | 'visiting' | 'blocked' | 'suspended' | 'settled'
  /** Asked under its present signature, and nothing was known. */
  surveyed: boolean
  /** How much news there had been when its last visit began. */
  seen: number
  /** The key under which it is looked at now; equal modules are looked at one after the other. */
  turn?: OutputKey | undefined
  blockers: readonly ModuleNode[]
  /** How many of its blockers are not settled. */
  pending: number
  readonly waiters: ModuleNode[]
  outcome?: Outcome
  /** Its job, where that has ended and is no result: its work is a new attempt. */
  former?: JobRecord | undefined
  /** Of a suspended job: whether this run started it, or adopted it from another. */
  ownJob?: boolean
  outputs?: Values
  /** Of its outputs, as far as they were signed below. */
  readonly digests: Map<string, Digest>
  /** A map with failed places that are tolerated: signed below by value, as if it were volatile, so that no partial result is served later. */
  partial: boolean
  /** Of a map that was unfolded: one for each element, in input order. */
  elements?: readonly MapElement[]
}

export interface MapElement {
  readonly name: string
  readonly nodes: readonly ModuleNode[]
  readonly outputs: Readonly<Record<string, Wire>>
}

/** What a module's outputs and job are filed under: its signature, or run and path where they belong to the run. */
export function keyOf(node: ModuleNode, run: string): OutputKey {
  if (node.volatile || node.partial) return `${run}/${node.module.path}`
  if (typeof node.signature === 'string') return node.signature
  throw new AbeyanceError('internal', `${node.name} is looked at without a signature`)
}

/** The modules that a wire reads, in order. */
export function modulesOf(wire: Wire): readonly ModulePath[] {
  switch (wire.kind) {
    case 'value':
      return []
    case 'output':
      return [wire.module]
    case 'list':
      return wire.wires.flatMap(modulesOf)
  }
}
