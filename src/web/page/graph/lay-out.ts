import { Graph, layout } from '@dagrejs/dagre'
import type { VisibleGraph, VisibleNode } from './visible-graph.ts'

/** Where everything is drawn; x and y are of a box's left upper corner, in pixels. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
}

export interface Box {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Line {
  readonly from: string
  readonly to: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export type Direction = 'LR' | 'TB'

const margin = 16
/** Above what is in an open group stands its name. */
const titleHeight = 26

export function layOut(graph: VisibleGraph, direction: Direction): Layout {
  const drawing = new Graph({ compound: true })
  drawing.setGraph({ rankdir: direction, nodesep: 20, ranksep: 44, marginx: margin, marginy: margin })
  drawing.setDefaultEdgeLabel(() => ({}))
  for (const node of graph.nodes) drawing.setNode(node.id, sizeOf(node))
  for (const node of graph.nodes) if (node.in !== undefined) drawing.setParent(node.id, node.in)
  for (const edge of graph.edges) drawing.setEdge(edge.from, edge.to)
  layout(drawing)
  const boxes = withTitles(
    graph,
    graph.nodes.map((node) => boxOf(node.id, drawing.node(node.id))),
  )
  const up = Math.max(0, margin - Math.min(margin, ...boxes.map((box) => box.y)))
  const lines = graph.edges.map((edge) => ({
    ...edge,
    points: drawing.edge(edge.from, edge.to).points ?? [],
  }))
  return moved({ ...extent(boxes), boxes, lines }, up)
}

function sizeOf(node: VisibleNode): { width: number; height: number } {
  if (node.kind === 'input' || node.kind === 'output')
    return { width: Math.min(160, 36 + node.label.length * 7), height: 26 }
  const width = Math.min(220, Math.max(140, 58 + node.label.length * 7.5))
  return { width, height: 56 }
}

function boxOf(
  id: string,
  at: { readonly x?: number; readonly y?: number; readonly width?: number; readonly height?: number },
): Box {
  const { x = 0, y = 0, width = 0, height = 0 } = at
  return { id, x: x - width / 2, y: y - height / 2, width, height }
}

/** Open groups grow upwards for their names, those within others first. */
function withTitles(graph: VisibleGraph, boxes: readonly Box[]): readonly Box[] {
  const placed = new Map(boxes.map((box) => [box.id, box]))
  const groups = graph.nodes
    .filter((node) => node.kind === 'open')
    .toSorted((one, other) => other.id.split('/').length - one.id.split('/').length)
  for (const group of groups) {
    const box = placed.get(group.id)
    if (box === undefined) continue
    const inside = graph.nodes
      .filter((node) => node.in === group.id)
      .map((node) => placed.get(node.id)?.y ?? box.y)
    const y = Math.min(box.y, ...inside.map((top) => top - 8)) - titleHeight
    placed.set(group.id, { ...box, y, height: box.y + box.height - y })
  }
  return [...placed.values()]
}

/** Names of groups may stand above what was laid out: all of it goes down. */
function moved(layout: Layout, down: number): Layout {
  if (down === 0) return layout
  return {
    width: layout.width,
    height: layout.height + down,
    boxes: layout.boxes.map((box) => ({ ...box, y: box.y + down })),
    lines: layout.lines.map((line) => ({
      ...line,
      points: line.points.map(({ x, y }) => ({ x, y: y + down })),
    })),
  }
}

function extent(boxes: readonly Box[]): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)) + margin,
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)) + margin,
  }
}
