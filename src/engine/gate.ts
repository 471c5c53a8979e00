import type { Wire } from '../pipeline/graph.ts'
import { AbeyanceError } from '../core/error.ts'
import { feedersOf } from '../pipeline/upstream-of.ts'
import { modulesOf, type ModuleNode } from './module-node.ts'
import { obstacleFrom } from './obstacle.ts'
import type { Round } from './round.ts'
import { wireValue } from './wire-value.ts'

/**
 * Conditions come before everything, also before what is known: a module is skipped with what only it feeds, whatever there is
 * on disk (rule P6). True where the module is skipped, or has to wait until that is decided.
 */
export function gate(round: Round, node: ModuleNode): boolean {
  if (node.deciders.some((other) => other.phase !== 'settled')) {
    round.block(node, node.deciders)
    return true
  }
  if (!round.graph.isShut(node)) return false
  const own = (node.module.when ?? []).find((wire) => wireValue(round.graph, wire) !== true)
  if (own) {
    shut(round, node, own)
    return true
  }
  // Something that it cannot do without is shut: that is skipped first, and this one because of it.
  const above = [...feedersOf(node.module)].map((path) => round.graph.get(path))
  const shutAbove = above.filter((other) => round.graph.isShut(other))
  const obstacle = shutAbove.map(obstacleFrom).find((found) => found !== undefined)
  if (obstacle) round.settle(node, obstacle)
  else round.block(node, shutAbove)
  return true
}

function shut(round: Round, node: ModuleNode, condition: Wire): void {
  const deciders = modulesOf(condition).map((path) => round.graph.get(path))
  const of = deciders[0]?.module.path ?? node.module.path
  const value = wireValue(round.graph, condition)
  const obstacle = deciders.map(obstacleFrom).find((found) => found !== undefined)
  if (value !== undefined && typeof value !== 'boolean')
    throw new AbeyanceError(
      'invalid-value',
      `${node.name}: \`when\` takes true or false; ${of} gave ${JSON.stringify(value).slice(0, 40)}`,
    )
  round.settle(node, obstacle ?? { kind: 'skipped', because: 'condition', of })
}
