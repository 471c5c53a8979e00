import type { ModulePath } from '../core/ids.ts'
import type { FlatModule, Wire } from '../pipeline/graph.ts'
import { feedersOf } from '../pipeline/upstream-of.ts'
import { modulesOf, type ModuleNode } from './module-node.ts'

/**
 * The conditions that a module stands under: its own, and those of all that it cannot do without. What is one of several in a
 * list is no such thing, but whether it is there must be decided all the same: the list is signed without it.
 */
export function gatesOf(
  module: FlatModule,
  get: (path: ModulePath) => ModuleNode,
): Pick<ModuleNode, 'gates' | 'deciders'> {
  const above = [...feedersOf(module)].map(get)
  const own = module.when ?? []
  if (own.length === 0 && above.every((other) => other.deciders.length === 0)) return ungated
  const needed = Object.values(module.inputs).flatMap((wire) =>
    wire.kind === 'output' ? get(wire.module).gates : [],
  )
  const gates = new Set<Wire>([...own, ...needed])
  const speaking = own.flatMap(modulesOf).map(get)
  const deciders = new Set([...speaking, ...above.flatMap((other) => other.deciders)])
  return { gates: [...gates], deciders: [...deciders] }
}

const ungated: Pick<ModuleNode, 'gates' | 'deciders'> = { gates: [], deciders: [] }
