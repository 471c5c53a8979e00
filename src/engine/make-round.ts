import type { JobKey } from '../core/ids.ts'
import { outcomeEntry } from '../records/kept-run.ts'
import type { OutputKey } from '../records/outcome.ts'
import type { ModuleNode } from './module-node.ts'
import type { NodeGraph } from './node-graph.ts'
import type { Round } from './round.ts'
import type { Surroundings } from './surroundings.ts'
import { writeBehind } from './write-behind.ts'

/** The round with its queue of modules to visit. */
export interface MadeRound extends Round {
  readonly queue: ModuleNode[]
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
  const suspended = new Map<JobKey, Set<ModuleNode>>()
  const turns = new Map<OutputKey, ModuleNode[]>()
  // News of a job may come between asking how it stands and hanging on it: numbered, and compared with when the visit began.
  const news = new Map<JobKey, number>()
  let latest = 0
  const enqueue = (node: ModuleNode) => {
    if (node.phase === 'queued') return
    node.phase = 'queued'
    queue.push(node)
  }
  const round: MadeRound = {
    around,
    graph,
    writes: writeBehind((entries) => around.put(entries)),
    ...how,
    queue,
    made: new Set(),
    failed: undefined,
    begin(node) {
      node.phase = 'visiting'
      node.seen = latest
    },
    ask(node) {
      if (node.phase === 'unseen') enqueue(node)
    },
    takeTurn(node, key) {
      if (node.turn === key) return true
      const waiting = turns.get(key)
      if (!waiting) {
        turns.set(key, [])
        node.turn = key
        return true
      }
      node.phase = 'blocked'
      node.surveyed = false // what the equal module gives is then known
      waiting.push(node)
      return false
    },
    endTurn(node) {
      const { turn } = node
      if (turn === undefined) return
      node.turn = undefined
      const next = turns.get(turn)?.shift()
      if (!next) return void turns.delete(turn)
      next.turn = turn
      enqueue(next)
    },
    settle(node, outcome, outputs) {
      node.phase = 'settled'
      if (outputs) node.outputs = outputs
      if (outcome.kind === 'failed' && !node.tolerated && !round.failed)
        Object.assign(round, { failed: node.module.path })
      round.note(node, outcome)
      if (node.volatile || node.partial || node.decides) graph.signBelow(node)
      for (const waiter of node.waiters.splice(0)) if (--waiter.pending === 0) enqueue(waiter)
    },
    suspend(node, key, outcome) {
      node.phase = 'suspended'
      node.surveyed = false // when it is visited again, there was news
      const others = suspended.get(key)
      if (others) others.add(node)
      else suspended.set(key, new Set([node]))
      round.note(node, outcome)
      if ((news.get(key) ?? 0) > node.seen) enqueue(node)
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
      news.set(key, ++latest)
      for (const node of suspended.get(key) ?? []) if (node.phase === 'suspended') enqueue(node)
    },
    note(node, outcome) {
      const { path } = node.module
      const before = node.outcome ?? around.before.get(path)
      node.outcome = outcome
      if (before && JSON.stringify(before) === JSON.stringify(outcome)) return
      round.writes.add(outcomeEntry(around.run, path, outcome))
      around.changed(path, outcome)
    },
    rest: () => news.clear(),
  }
  return round
}
