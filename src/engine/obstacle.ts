import type { Outcome } from '../records/outcome.ts'
import { modulesOf, type ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

/** Why a module whose sources have all settled can still not go on. */
export function obstacleOf(round: Round, node: ModuleNode): Outcome | undefined {
  for (const wire of Object.values(node.module.inputs)) {
    for (const path of modulesOf(wire)) {
      const above = round.graph.get(path)
      const skippedOnly = above.outcome?.kind === 'skipped' && above.outcome.because === 'condition'
      if (skippedOnly && wire.kind === 'list') continue // the others of a list go on (rule P6)
      const obstacle = obstacleFrom(above)
      if (obstacle) return obstacle
    }
  }
  return undefined
}

/** What becomes of a module that cannot do without another. */
export function obstacleFrom(above: ModuleNode): Outcome | undefined {
  switch (above.outcome?.kind) {
    case 'failed':
      return { kind: 'skipped', because: 'failure', of: above.module.path }
    case 'skipped':
    case 'cancelled':
      return above.outcome
    default:
      return undefined
  }
}
