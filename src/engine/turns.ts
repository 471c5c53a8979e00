import type { OutputKey } from '../records/outcome.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

/** Modules with one key are looked at one after the other, so that what one gives is known to the next. */
export function turns(enqueue: (node: ModuleNode) => void): Pick<Round, 'takeTurn' | 'endTurn'> {
  const waitingFor = new Map<OutputKey, ModuleNode[]>()
  return {
    takeTurn(node, key) {
      if (node.turn === key) return true
      const waiting = waitingFor.get(key)
      if (!waiting) {
        waitingFor.set(key, [])
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
      const next = waitingFor.get(turn)?.shift()
      if (!next) return void waitingFor.delete(turn)
      next.turn = turn
      enqueue(next)
    },
  }
}
