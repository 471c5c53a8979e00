import { html, svg, type TemplateResult } from 'lit'
import { graphNode, groupFrame, groupTitle } from './graph-node.ts'
import type { Layout } from './lay-out.ts'
import { linePath } from './line-path.ts'
import type { Tally } from './standing.ts'
import type { VisibleGraph } from './visible-graph.ts'

export interface DrawingOptions {
  readonly graph: VisibleGraph
  readonly layout: Layout
  readonly tallies: ReadonlyMap<string, Tally>
  readonly chosen: string | undefined
  readonly zoom: number
  choose(module: string): void
  /** Of an open group. */
  fold(group: string): void
}

/** Frames of groups below, then lines, then modules: what can be pressed lies on top. */
export function graphDrawing(options: DrawingOptions): TemplateResult {
  const { graph, layout, zoom } = options
  const boxes = new Map(layout.boxes.map((box) => [box.id, box]))
  const placed = graph.nodes.flatMap((node) => {
    const box = boxes.get(node.id)
    return box === undefined ? [] : [{ node, box }]
  })
  const groups = placed
    .filter(({ node }) => node.kind === 'open')
    .toSorted((one, other) => one.node.id.split('/').length - other.node.id.split('/').length)
  return html`<svg
    class="drawing"
    width=${layout.width * zoom}
    height=${layout.height * zoom}
    viewBox="0 0 ${layout.width} ${layout.height}"
  >
    <defs>
      <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
        <path d="M1 1 7 4 1 7"></path>
      </marker>
    </defs>
    ${groups.map(({ box }) => groupFrame(box))}
    ${layout.lines.map((line) => svg`<path class="line" marker-end="url(#tip)" d=${linePath(line.points)}></path>`)}
    ${groups.map(({ node, box }) => groupTitle(node, box, () => options.fold(node.id)))}
    ${placed
      .filter(({ node }) => node.kind !== 'open')
      .map(({ node, box }) =>
        graphNode(node, {
          box,
          tally: options.tallies.get(node.id) ?? new Map(),
          chosen: options.chosen === node.id,
          press: () => options.choose(node.id),
        }),
      )}
  </svg>`
}
