import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { modulePath } from '../../src/core/ids.ts'
import type { FlatModule, Graph, Wire } from '../../src/pipeline/graph.ts'
import type { Module, Pipeline } from '../../src/pipeline/pipeline.ts'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { elementsOf, unfoldElement } from '../../src/pipeline/unfold-element.ts'
import { unfold } from '../../src/pipeline/unfold.ts'
import { feedersOf, upstreamOf } from '../../src/pipeline/upstream-of.ts'
import type { Value } from '../../src/pipeline/value.ts'
import { validate } from '../../src/pipeline/validate.ts'
import { catalog } from './kinds.ts'

// Files are values from disk elsewhere; here each stands for itself.
const options = { catalog, resolve: (given: unknown): Value => JSON.parse(JSON.stringify(given)) }

const read = (yaml: string) => readDocumentOrThrow(`abeyance: 1\n${yaml}`, { catalog })
const value = (of: Value): Wire => ({ kind: 'value', value: of })
const output = (module: string, port: string): Wire => ({ kind: 'output', module: modulePath(module), port })
const paths = (graph: Graph) => [...graph.modules.keys()]

function at(graph: Graph, path: string): FlatModule {
  return graph.modules.get(modulePath(path)) ?? assert.fail(`no ${path} among ${paths(graph).join(', ')}`)
}

const nested = `
name: outer
inputs: { text: string, limit: { type: integer, default: 3 } }
modules:
  last: { command: [cat, $a, $b], inputs: { a: $mid.out, b: $first.out }, outputs: { out: o } }
  mid:
    destination: hpc
    tags: [big]
    logs: { tail: 1 KiB, chunk: 1 KiB }
    when: $go.yes
    replicate: 2
    group:
      inputs: { x: json, spare: { type: string, optional: true } }
      modules:
        inner:
          when: $pick.yes
          replicate: 5
          tags: [slow]
          resources: { cores: 2 }
          logs: { chunk: 2 KiB }
          command: [cat, $x]
          inputs: { x: $x, spare: $spare }
          outputs: { out: o }
        pick: { command: [pick], outputs: { yes: { json: y } } }
        deep:
          group:
            inputs: { y: file }
            modules:
              leaf: { command: [cat, $y, $all], inputs: { y: $y, all: [$y, a, [b, $y]] }, outputs: { out: o } }
            outputs: { out: $leaf.out }
          inputs: { y: $inner.out }
      outputs: { out: $deep.out }
    inputs: { x: [$text, $limit] }
  go: { command: [go], outputs: { yes: { json: y } } }
  first: { command: [echo, $t], inputs: { t: $text }, outputs: { out: o } }
outputs: { result: $last.out, middle: $mid.out }
`

describe('unfold', () => {
  it('gives groups path-qualified ids and connects through them (rule P4)', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    assert.deepEqual(graph.outputs, { result: output('last', 'out'), middle: output('mid/deep/leaf', 'out') })
    assert.deepEqual(at(graph, 'last').inputs, {
      a: output('mid/deep/leaf', 'out'),
      b: output('first', 'out'),
    })
    assert.deepEqual(at(graph, 'mid/deep/leaf').inputs.y, output('mid/inner', 'out'))
    assert.deepEqual(at(graph, 'mid/deep/leaf').inputs.all, {
      kind: 'list',
      wires: [
        output('mid/inner', 'out'),
        value('a'),
        { kind: 'list', wires: [value('b'), output('mid/inner', 'out')] },
      ],
    })
  })

  it('puts every module below what it needs', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    const order = paths(graph)
    for (const module of graph.modules.values())
      for (const feeder of feedersOf(module))
        assert.ok(order.indexOf(feeder) < order.indexOf(module.path), `${feeder} < ${module.path}`)
  })

  it('fills in inputs and defaults, a list of known values as one value; what is left out stays out', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    assert.deepEqual(at(graph, 'mid/inner').inputs, { x: value(['hi', 3]) })
  })

  it('gives the modules of a group its conditions, settings and replicate', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    const inner = at(graph, 'mid/inner')
    assert.deepEqual(inner.when, [output('go', 'yes'), output('mid/pick', 'yes')])
    assert.deepEqual(inner.settings, {
      destination: 'hpc',
      tags: ['big', 'slow'],
      resources: { cores: 2 },
      logs: { tail: '1 KiB', chunk: '2 KiB' },
    })
    assert.deepEqual(inner.replicate, [2, 5])
    assert.deepEqual(at(graph, 'mid/deep/leaf').replicate, 2)
    assert.ok(!('replicate' in at(graph, 'first')) && !('when' in at(graph, 'first')))
  })

  it('takes wires for inputs, as a group does', async () => {
    const graph = unfold(await read(nested), { text: output('elsewhere', 'said') }, options)
    assert.deepEqual(at(graph, 'first').inputs, { t: output('elsewhere', 'said') })
  })

  it('refuses an input that is missing, and one that is not there', async () => {
    const pipeline = await read(nested)
    assert.throws(() => unfold(pipeline, {}, options), {
      code: 'invalid-value',
      message: /`outer` needs its input `text`/,
    })
    assert.throws(() => unfold(pipeline, { txt: value('') }, options), {
      code: 'invalid-value',
      message: /`outer` has no input `txt`; did you mean `text`\?/,
    })
  })

  it('refuses a circle, naming the modules in it', () => {
    const pipeline = chain(5, (id, index) => (index === 0 ? 'm4' : id))
    assert.throws(() => unfold(pipeline, {}, options), {
      code: 'invalid-pipeline',
      message: /goes in a circle: m\d -> /,
    })
  })

  it('unfolds a chain of 30,000 modules, written in the wrong order, without recursion', () => {
    const straight = chain(30_000)
    const graph = unfold({ ...straight, modules: straight.modules.toReversed() }, {}, options)
    assert.equal(graph.modules.size, 30_000)
    assert.equal(paths(graph)[0], 'm0')
    assert.equal(paths(graph).at(-1), 'm29999')
    assert.equal(upstreamOf(graph, ['m29999']).size, 30_000)
    assert.deepEqual(validate(straight, catalog), [])
  })
})

describe('a map in the graph (rule P5)', () => {
  const mapped = `
name: study
inputs: { reads: [file], reference: file }
modules:
  clean:
    map: { over: read, onElementFailure: keep-going, replicate: true }
    destination: hpc
    inputs: { read: $reads, reference: $reference }
    group:
      inputs: { read: file, reference: file }
      modules:
        trim: { command: [trim, $read], inputs: { read: $read }, outputs: { parts: { files: '*.fq' } } }
        align:
          map: part
          command: [align, $part, $reference]
          inputs: { part: $trim.parts, reference: $reference }
          outputs: { bam: b }
        join: { command: [join, $bams], inputs: { bams: $align.bam }, outputs: { bam: b } }
      outputs: { bam: $join.bam }
  report: { command: [report, $bams], inputs: { bams: $clean.bam }, outputs: { page: p } }
outputs: { page: $report.page }
`
  const graph = async () =>
    unfold(await read(mapped), { reads: value(['a', 'b']), reference: value('ref') }, options)

  it('stays one module until its elements are known', async () => {
    const all = await graph()
    assert.deepEqual(paths(all), ['clean', 'report'])
    assert.deepEqual(at(all, 'report').inputs, { bams: output('clean', 'bam') })
    const { map } = at(all, 'clean')
    assert.deepEqual(
      [map?.over, map?.single, map?.replicate, map?.onElementFailure],
      [['read'], false, true, 'keep-going'],
    )
  })

  it('gives each element its own copy of the body, maps within maps too (F3, F4)', async () => {
    const clean = at(await graph(), 'clean')
    const element = unfoldElement(clean, 1, { read: value('b') }, { ...options, occurrence: 0 })
    assert.deepEqual(paths(element), ['clean[1]/trim', 'clean[1]/align', 'clean[1]/join'])
    assert.deepEqual(element.outputs, { bam: output('clean[1]/join', 'bam') })
    assert.deepEqual(at(element, 'clean[1]/trim').inputs, { read: value('b') })
    assert.deepEqual(at(element, 'clean[1]/trim').replicate, 0)
    assert.deepEqual(at(element, 'clean[1]/trim').settings, { destination: 'hpc' })
    const inner = unfoldElement(at(element, 'clean[1]/align'), 2, { part: value('p') }, options)
    assert.deepEqual(paths(inner), ['clean[1]/align[2]'])
    assert.deepEqual(inner.outputs, { bam: output('clean[1]/align[2]', 'bam') })
    const copy = at(inner, 'clean[1]/align[2]')
    assert.deepEqual(copy.inputs, { part: value('p'), reference: value('ref') })
    assert.ok(!('map' in copy))
  })

  const zipped = (as: 'zip' | 'cross'): FlatModule => ({
    path: modulePath('m'),
    type: 'command',
    version: 1,
    parameters: {},
    inputs: {},
    settings: {},
    map: { over: ['a', 'b'], as, onElementFailure: 'fail', replicate: false, single: true, body: chain(1) },
  })

  it('walks lists side by side', () => {
    assert.deepEqual(elementsOf(zipped('zip'), { a: [1, 2], b: ['x', 'y'] }), [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ])
  })

  it('names the lists that differ in length', () => {
    assert.throws(() => elementsOf(zipped('zip'), { a: [1, 2], b: [] }), {
      code: 'invalid-value',
      message: /`a` has 2, `b` has 0; give lists of one length, or say `as: cross`/,
    })
  })

  it('names what is no list', () => {
    assert.throws(() => elementsOf(zipped('zip'), { a: [1] }), {
      message: /`m` runs once for each element of `b`, which is no list/,
    })
  })

  it('crosses lists, the first slowest', () => {
    const list = fc.array(fc.nat(), { maxLength: 5 })
    fc.assert(
      fc.property(list, list, (a, b) => {
        assert.deepEqual(
          elementsOf(zipped('cross'), { a, b }),
          a.flatMap((one) => b.map((two) => ({ a: one, b: two }))),
        )
      }),
    )
  })
})

describe('upstreamOf (rule P7)', () => {
  it('takes a target with what it needs, conditions too, and a group with all in it', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    assert.deepEqual([...upstreamOf(graph, ['first'])], ['first'])
    assert.deepEqual([...upstreamOf(graph, ['mid/inner'])].sort(), ['go', 'mid/inner', 'mid/pick'])
    assert.deepEqual([...upstreamOf(graph, ['mid'])].sort(), ['go', 'mid/deep/leaf', 'mid/inner', 'mid/pick'])
  })

  it('names a target that is not there', async () => {
    const graph = unfold(await read(nested), { text: value('hi') }, options)
    assert.throws(() => upstreamOf(graph, ['frist']), {
      code: 'invalid-value',
      message: /no module `frist` to aim at; did you mean `first`\?/,
    })
  })
})

/** m0 <- m1 <- m2 ... */
function chain(length: number, first: (id: string, index: number) => string = (id) => id): Pipeline {
  const modules = Array.from({ length }, (_, index): Module => {
    const from = first(`m${index - 1}`, index)
    return {
      id: `m${index}`,
      type: 'command',
      version: 1,
      parameters: { command: ['cat', '$x'], outputs: { out: 'o' } },
      inputs: {
        x: from === 'm-1' ? { kind: 'given', given: 0 } : { kind: 'output', module: from, port: 'out' },
      },
      settings: {},
    }
  })
  return { abeyance: 1, name: 'chain', inputs: {}, modules, outputs: {} }
}
