import type { JobKey, ModulePath } from '../core/ids.ts'
import type { Values } from '../modules/module-type.ts'
import type { Graph } from '../pipeline/graph.ts'
import type { Value } from '../pipeline/value.ts'
import type { Outcome } from '../records/outcome.ts'
import { aim } from './aim.ts'
import { collect } from './collect.ts'
import { drain } from './drain.ts'
import { makeRound, type MadeRound } from './make-round.ts'
import type { ModuleNode } from './module-node.ts'
import { nodeGraph, type NodeGraph } from './node-graph.ts'
import { perform } from './perform.ts'
import type { Steps } from './round.ts'
import type { Surroundings } from './surroundings.ts'
import { wireValue } from './wire-value.ts'

/** One run in memory. All of it follows from the graph and from what is on disk: it may be dropped and made anew at any time. */
export interface Execution {
  readonly graph: NodeGraph
  /** The modules whose outcomes decide how the run ends. */
  readonly asked: readonly ModuleNode[]
  /**
   * Goes on until nothing more can be done now; a call during a round joins it. Rejects when what happened could not be written
   * down, and from then on: a new execution goes on from what is on disk.
   */
  round(): Promise<void>
  /** A job or wait has news: what hangs on it is looked at again, in the round that runs or else in the next. */
  wake(key: JobKey): void
  /** How every module stands, also those that were never asked for. */
  outcomes(): ReadonlyMap<ModulePath, Outcome>
  /** What the pipeline's outputs are by now; those that are not known are not among them. */
  outputs(): Values
}

export interface ExecutionOptions {
  readonly graph: Graph
  /** Only these, and what they need; all when empty. */
  readonly targets: readonly string[]
  readonly fresh: readonly string[]
  readonly onFailure: 'continue' | 'stop'
}

const steps: Steps = { collect, perform }

export function execution(around: Surroundings, options: ExecutionOptions): Execution {
  const graph = nodeGraph({ ...around, fresh: new Set(options.fresh) })
  const top = graph.add(options.graph)
  const asked = aim(options.graph, options.targets, top)
  const round = makeRound(around, graph, { onFailure: options.onFailure, steps })
  // What failed before speaks first, where that stops everything else.
  const first = options.onFailure === 'stop' ? top.filter((node) => hasFailed(around, node)) : []
  let running: Promise<void> | undefined
  let begun = false
  const goOn = async () => {
    try {
      if (!begun) {
        for (const node of first) round.ask(node)
        await drain(round)
        for (const node of asked) round.ask(node)
        begun = true
      }
      do {
        await drain(round)
        if (!around.signal.aborted) noteOpen(round)
        await round.writes.flush()
      } while (round.queue.length > 0 && !around.signal.aborted) // news came while that was written
    } finally {
      round.rest()
      running = undefined
    }
  }
  return {
    graph,
    asked,
    round: () => (running ??= goOn()),
    wake(key) {
      round.wake(key)
      if (!running) round.rest()
    },
    outcomes: () => new Map([...graph.nodes].map(([path, node]) => [path, restingOutcome(round, node)])),
    outputs() {
      const outputs: Record<string, Value> = {}
      for (const [name, wire] of Object.entries(options.graph.outputs)) {
        const value = wireValue(round.graph, wire)
        if (value !== undefined) outputs[name] = value
      }
      return outputs
    },
  }
}

function hasFailed({ before }: Surroundings, { module }: ModuleNode): boolean {
  return !module.map && before.get(module.path)?.kind === 'failed'
}

/** How everything stands that did not settle, so that a reader of the records sees every module. */
function noteOpen(round: MadeRound): void {
  for (const node of round.graph.nodes.values()) {
    if (node.phase === 'unseen' || node.phase === 'blocked') round.note(node, restingOutcome(round, node))
  }
}

function restingOutcome({ around }: MadeRound, node: ModuleNode): Outcome {
  const before = around.before.get(node.module.path)
  switch (node.phase) {
    case 'unseen':
      // A round that was broken off has seen nothing of it: it stands as it stood, above all the attempt that it hangs on.
      if (around.signal.aborted) return before ?? { kind: 'waiting', for: [] }
      return before?.kind === 'done' ? before : { kind: 'unneeded' }
    case 'blocked':
      return {
        kind: 'waiting',
        for: node.blockers.filter((other) => other.phase !== 'settled').map((other) => other.module.path),
      }
    case 'queued':
    case 'visiting':
      return node.outcome ?? before ?? { kind: 'waiting', for: [] }
    case 'suspended':
    case 'settled':
      return node.outcome ?? { kind: 'unneeded' }
  }
}
