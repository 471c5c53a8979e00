import type { JobKey, ModulePath } from '../core/ids.ts'
import type { Values } from '../modules/module-type.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Outcome, OutputKey } from '../records/outcome.ts'
import type { ModuleNode } from './module-node.ts'
import type { NodeGraph } from './node-graph.ts'
import type { Surroundings } from './surroundings.ts'
import type { WriteBehind } from './write-behind.ts'

/** What is done with a module once nothing stands in its way: for real in a run, merely noted in a plan. */
export interface Steps {
  collect(round: Round, node: ModuleNode, job: JobRecord): Promise<void>
  perform(round: Round, node: ModuleNode, inputs: Values): Promise<void>
}

/** What the steps of a round share, and what can become of a module they look at. */
export interface Round {
  readonly around: Surroundings
  readonly graph: NodeGraph
  readonly writes: WriteBehind
  readonly onFailure: 'continue' | 'stop'
  readonly steps: Steps
  /** What was made afresh under a key by this very execution: an equal module takes it, fresh or not. */
  readonly made: Set<OutputKey>
  /** The first module that failed in this run, tolerated places of maps aside. */
  readonly failed: ModulePath | undefined
  /** Asks for a module: it is visited in this round. */
  ask(node: ModuleNode): void
  /** Whether a module may be looked at under its key. If not, an equal one is, and it is visited again when that look has ended. */
  takeTurn(node: ModuleNode, key: OutputKey): boolean
  /** A look has ended; the next of the modules that are equal has its turn. */
  endTurn(node: ModuleNode): void
  /** Its outcome is known; what waited for it goes on. */
  settle(node: ModuleNode, outcome: Outcome, outputs?: ModuleNode['outputs']): void
  /** It goes on elsewhere, and is visited again when there is news under the key. */
  suspend(node: ModuleNode, key: JobKey, outcome: Outcome): void
  /** Asks for the blockers; the module is visited again once all of them have settled. */
  block(node: ModuleNode, blockers: readonly ModuleNode[]): void
  /** Keeps an outcome where it is new, and says so. */
  note(node: ModuleNode, outcome: Outcome): void
}
