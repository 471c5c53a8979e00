import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RunGraph } from '../../../src/web/contract.ts'
import { layOut } from '../../../src/web/page/graph/lay-out.ts'
import { linePath } from '../../../src/web/page/graph/line-path.ts'
import { visibleGraph } from '../../../src/web/page/graph/visible-graph.ts'

const module = (path: string, more: Partial<RunGraph['modules'][number]> = {}) => ({
  path,
  label: path.split('/').at(-1) ?? path,
  type: 'command',
  kind: 'module' as const,
  ...more,
})

/** genome -> [clean: trim -> filter] -> align -> report */
const graph: RunGraph = {
  inputs: ['genome'],
  outputs: ['report'],
  modules: [
    module('clean', { kind: 'group', over: ['genome'] }),
    module('clean/trim', { in: 'clean' }),
    module('clean/filter', { in: 'clean' }),
    module('align'),
  ],
  connections: [
    { from: { port: 'genome' }, to: { module: 'clean', port: 'reads' } },
    { from: { module: 'clean', port: 'reads' }, to: { module: 'clean/trim', port: 'in' } },
    { from: { module: 'clean/trim', port: 'out' }, to: { module: 'clean/filter', port: 'in' } },
    { from: { module: 'clean/filter', port: 'out' }, to: { module: 'clean', port: 'good' } },
    { from: { module: 'clean', port: 'good' }, to: { module: 'align', port: 'reads' } },
    { from: { module: 'align', port: 'bam' }, to: { port: 'report' } },
  ],
  elements: [],
}
const edges = (folded: readonly string[]) =>
  visibleGraph(graph, new Set(folded)).edges.map(({ from, to }) => `${from} ${to}`)

describe('the graph of a run', () => {
  it('goes through the ports of an open group', () => {
    assert.deepEqual(edges([]), [
      '>genome clean/trim',
      'clean/trim clean/filter',
      'clean/filter align',
      'align report>',
    ])
  })

  it('ends at a group that is folded, and hides what is in it', () => {
    assert.deepEqual(edges(['clean']), ['>genome clean', 'clean align', 'align report>'])
    const nodes = visibleGraph(graph, new Set(['clean'])).nodes
    assert.deepEqual(
      nodes.map(({ id, kind }) => `${id} ${kind}`),
      ['clean folded', 'align module', '>genome input', 'report> output'],
    )
  })

  it('is laid out without overlaps, groups around what is in them', () => {
    const { boxes, lines, width, height } = layOut(visibleGraph(graph, new Set()), 'LR')
    const at = new Map(boxes.map((box) => [box.id, box]))
    const [group, trim, align] = ['clean', 'clean/trim', 'align'].map((id) => at.get(id))
    assert.ok(group && trim && align)
    assert.ok(group.x <= trim.x && group.x + group.width >= trim.x + trim.width)
    assert.ok(group.y + 20 < trim.y, 'room for the name of the group')
    assert.ok(trim.x + trim.width < align.x)
    assert.ok(boxes.every((box) => box.x >= 0 && box.y >= 0 && box.x + box.width <= width))
    assert.ok(boxes.every((box) => box.y + box.height <= height))
    assert.match(linePath(lines[0]?.points ?? []), /^M[\d. ]+[QL]/)
  })
})
