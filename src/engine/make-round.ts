import type { JobKey } from '../core/ids.ts'
import { outcomeEntry } from '../records/kept-run.ts'
import type { Outcome } from '../records/outcome.ts'
import type { ModuleNode } from './module-node.ts'
import type { NodeGraph } from './node-graph.ts'
import type { Round } from './round.ts'
import type { Surroundings } from './surroundings.ts'
import { suspensions } from './suspensions.ts'
import { turns } from './turns.ts'
import { writeBehind } from './write-behind.ts'

/** The round with its queue of modules to visit. */
export interface MadeRound extends Round {
  readonly queue: ModuleNode[]
  /** Visits what is queued, while a round goes on: news starts what it makes ready at once, whatever else computes (rule R2). */
  pull: () => void
  /** A visit begins: what is new from now on, it may not have seen. */
  begin(node: ModuleNode): void
  wake(key: JobKey): void
  /** No visit is on its way: news that came for nobody is forgotten. */
  rest(): void
}

export function makeRound(
  around: Surroundings,
  graph: NodeGraph,
  how: Pick<Round, 'onFailure' | 'steps'>,
): MadeRound {
  const queue: ModuleNode[] = []
  const enqueue = (node: ModuleNode) => {
    if (node.phase === 'queued') return
    node.phase = 'queued'
    queue.push(node)
  }
  const hanging = suspensions(enqueue)
  const round: MadeRound = {
    around,
    graph,
    writes: writeBehind((entries) => around.put(entries)),
    ...how,
    ...turns(enqueue),
    queue,
    pull() {},
    made: new Set(),
    failed: undefined,
    begin(node) {
      node.phase = 'visiting'
      hanging.begin(node)
    },
    ask(node) {
      if (node.phase === 'unseen') enqueue(node)
    },
    settle(node, outcome, outputs) {
      settle(round, node, outcome, outputs)
      for (const waiter of node.waiters.splice(0)) if (--waiter.pending === 0) enqueue(waiter)
    },
    suspend(node, key, outcome) {
      node.phase = 'suspended'
      node.surveyed = false // when it is visited again, there was news
      note(round, node, outcome)
      hanging.hang(node, key)
    },
    block(node, blockers) {
      const open = blockers.filter((other) => other.phase !== 'settled')
      if (open.length === 0) return enqueue(node)
      node.phase = 'blocked'
      node.blockers = open
      node.pending = open.length
      for (const other of open) {
        other.waiters.push(node)
        round.ask(other)
      }
    },
    wake(key) {
      hanging.wake(key)
      round.pull()
    },
    note: (node, outcome) => note(round, node, outcome),
    rest: hanging.rest,
  }
  return round
}

function settle(round: Round, node: ModuleNode, outcome: Outcome, outputs: ModuleNode['outputs']): void {
  node.phase = 'settled'
  if (outputs) node.outputs = outputs
  if (outcome.kind === 'failed' && !node.tolerated && !round.failed)
    Object.assign(round, { failed: node.module.path })
  note(round, node, outcome)
  if (node.volatile || node.partial || node.decides) round.graph.signBelow(node)
}

function note({ around, writes }: Round, node: ModuleNode, outcome: Outcome): void {
  const { path } = node.module
  const before = node.outcome ?? around.before.get(path)
  node.outcome = outcome
  if (before && JSON.stringify(before) === JSON.stringify(outcome)) return
  writes.add(outcomeEntry(around.run, path, outcome))
  around.changed(path, outcome)
}
