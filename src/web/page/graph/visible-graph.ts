import type { GraphConnection, GraphModule, RunGraph } from '../../contract.ts'

/** What is drawn: groups that are folded are one node, those that are not are boxes around what is in them. */
export interface VisibleGraph {
  readonly nodes: readonly VisibleNode[]
  readonly edges: readonly VisibleEdge[]
}

export interface VisibleNode {
  /** The module's path; of an input or output of the pipeline `>name` or `name>`, which no path can be. */
  readonly id: string
  readonly kind: 'module' | 'folded' | 'open' | 'input' | 'output'
  readonly label: string
  /** The open group that it is in. */
  readonly in?: string
  readonly module?: GraphModule
}

export interface VisibleEdge {
  readonly from: string
  readonly to: string
}

type End = GraphConnection['from']

export function visibleGraph(graph: RunGraph, folded: ReadonlySet<string>): VisibleGraph {
  const shown = new Map(
    graph.modules.filter((module) => !isHidden(module.in, graph, folded)).map((each) => [each.path, each]),
  )
  const nodes = [...shown.values()].map((module) => nodeOf(module, folded))
  const kinds = new Map(nodes.map((node) => [node.id, node.kind]))
  const edges = new Map<string, VisibleEdge>()
  for (const connection of graph.connections) {
    if (!isDrawnEnd(connection.to, kinds)) continue
    const to = idOf(connection.to, 'to')
    for (const from of sourcesOf(connection.from, graph, kinds, 0)) edges.set(`${from} ${to}`, { from, to })
  }
  return { nodes: [...nodes, ...freePorts([...edges.values()])], edges: [...edges.values()] }
}

function nodeOf(module: GraphModule, folded: ReadonlySet<string>): VisibleNode {
  const kind = module.kind === 'module' ? 'module' : folded.has(module.path) ? 'folded' : 'open'
  return {
    id: module.path,
    kind,
    label: module.label,
    module,
    ...(module.in !== undefined && { in: module.in }),
  }
}

function isHidden(group: string | undefined, graph: RunGraph, folded: ReadonlySet<string>): boolean {
  if (group === undefined) return false
  if (folded.has(group)) return true
  return isHidden(graph.modules.find((module) => module.path === group)?.in, graph, folded)
}

/** An edge ends at what is drawn as one node: a port of an open group is only passed on the way. */
function isDrawnEnd(end: End, kinds: ReadonlyMap<string, VisibleNode['kind']>): boolean {
  if (end.module === undefined) return true
  const kind = kinds.get(end.module)
  return kind !== undefined && kind !== 'open'
}

/** Where what comes to an end was made, back through the ports of open groups. Bounded by the depth of groups. */
function sourcesOf(
  end: End,
  graph: RunGraph,
  kinds: ReadonlyMap<string, VisibleNode['kind']>,
  depth: number,
): readonly string[] {
  if (end.module === undefined) return [idOf(end, 'from')]
  const kind = kinds.get(end.module)
  if (kind === undefined || depth > 100) return []
  if (kind !== 'open') return [end.module]
  return graph.connections
    .filter(({ to }) => to.module === end.module && to.port === end.port)
    .flatMap(({ from }) => sourcesOf(from, graph, kinds, depth + 1))
}

function idOf(end: End, side: 'from' | 'to'): string {
  return end.module ?? (side === 'from' ? `>${end.port}` : `${end.port}>`)
}

function freePorts(edges: readonly VisibleEdge[]): readonly VisibleNode[] {
  const inputs = [...new Set(edges.map((edge) => edge.from).filter((id) => id.startsWith('>')))]
  const outputs = [...new Set(edges.map((edge) => edge.to).filter((id) => id.endsWith('>')))]
  return [
    ...inputs.map((id) => ({ id, kind: 'input' as const, label: id.slice(1) })),
    ...outputs.map((id) => ({ id, kind: 'output' as const, label: id.slice(0, -1) })),
  ]
}
