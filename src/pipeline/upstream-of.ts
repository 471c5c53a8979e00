import { AbeyanceError } from '../core/error.ts'
import type { ModulePath } from '../core/ids.ts'
import { didYouMean } from './nearest.ts'
import type { FlatModule, Graph, Wire } from './graph.ts'

/**
 * The targets and all that they need (rule P7). A target is a module's path, or a group's: then all that is in it.
 * @throws `invalid-value` for a target that is not there
 */
export function upstreamOf(graph: Graph, targets: readonly string[]): ReadonlySet<ModulePath> {
  const found = new Set<ModulePath>(targets.flatMap((target) => namedBy(graph, target)))
  // The set grows while it is walked: it is the queue as well.
  for (const path of found) {
    const module = graph.modules.get(path)
    if (module !== undefined) for (const upstream of feedersOf(module)) found.add(upstream)
  }
  return found
}

/** The modules that a module takes something from, through its inputs or its conditions; each once. */
export function feedersOf(module: FlatModule): ReadonlySet<ModulePath> {
  const paths = new Set<ModulePath>()
  for (const wire of Object.values(module.inputs)) collect(wire, paths)
  for (const wire of module.when ?? []) collect(wire, paths)
  return paths
}

function collect(wire: Wire, into: Set<ModulePath>): void {
  if (wire.kind === 'output') into.add(wire.module)
  if (wire.kind === 'list') for (const one of wire.wires) collect(one, into)
}

function namedBy(graph: Graph, target: string): readonly ModulePath[] {
  const paths = [...graph.modules.keys()]
  const named = paths.filter((path) => path === target || path.startsWith(`${target}/`))
  if (named.length > 0) return named
  throw new AbeyanceError(
    'invalid-value',
    `there is no module \`${target}\` to aim at${didYouMean(target, paths)}`,
  )
}
