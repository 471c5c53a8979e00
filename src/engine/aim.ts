import type { Graph } from '../pipeline/graph.ts'
import { upstreamOf } from '../pipeline/upstream-of.ts'
import { modulesOf, type ModuleNode } from './module-node.ts'

/** What gives the pipeline's outputs and the ends of the graph, or of the part of it that was chosen (rule P7). */
export function aim(
  graph: Graph,
  targets: readonly string[],
  top: readonly ModuleNode[],
): readonly ModuleNode[] {
  const within = targets.length === 0 ? undefined : upstreamOf(graph, targets)
  const inside = within ? top.filter((node) => within.has(node.module.path)) : top
  const giving = new Set(Object.values(graph.outputs).flatMap(modulesOf))
  const isRead = (node: ModuleNode) =>
    node.consumers.some((next) => within === undefined || within.has(next.module.path))
  return inside.filter((node) => giving.has(node.module.path) || !isRead(node))
}
