import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FlatModule } from '../../src/pipeline/graph.ts'
import type { Module, Pipeline } from '../../src/pipeline/pipeline.ts'
import { componentsOf } from '../../src/signatures/components.ts'
import { explainDifference } from '../../src/signatures/explain.ts'
import { signGraph } from '../../src/signatures/sign-graph.ts'
import { isVolatile } from '../../src/signatures/sign-map.ts'
import { catalogOf, flat, graphOf, knowing, list, output, value } from './graphs.ts'

const signatures = (...modules: readonly FlatModule[]) =>
  Object.fromEntries([...signGraph(graphOf(...modules), knowing())].map(([at, one]) => [at, one.signature]))

function mapOf(type: string, more: { id?: string; when?: Module['when']; genome?: string } = {}): FlatModule {
  const id = more.id ?? 'inner'
  const inner: Module = {
    id,
    type,
    version: 1,
    parameters: {},
    inputs: { enzyme: { kind: 'input', input: 'enzyme' }, genome: { kind: 'input', input: 'genome' } },
    settings: {},
    ...(more.when && { when: more.when }),
  }
  const body: Pipeline = {
    abeyance: 1,
    name: 'body',
    inputs: { enzyme: { type: 'string' }, genome: { type: 'string' } },
    modules: [inner],
    outputs: { out: { kind: 'output', module: id, port: 'out' } },
  }
  const map = {
    over: ['enzyme'],
    as: 'zip',
    onElementFailure: 'fail',
    replicate: false,
    body,
    single: false,
  } as const
  return flat(
    'map',
    { enzyme: value(['EcoRI']), genome: value(more.genome ?? 'acgt') },
    { type: 'group', map },
  )
}

describe('signGraph', () => {
  it('signs by structure: neither place, settings nor condition count (S2, S5)', () => {
    const plain = signatures(flat('a'), flat('b', { x: output('a') }))
    const other = signatures(
      flat(
        'outer/a',
        {},
        {
          settings: { label: 'A', destination: 'hpc', resources: { cores: 8 }, logs: { chunk: '1 KiB' } },
        },
      ),
      flat('b', { x: output('outer/a') }, { when: [value(true)] }),
    )
    assert.equal(other['outer/a'], plain['a'])
    assert.equal(other['b'], plain['b'])
  })

  it('signs an element of a map as the module written by hand with its value (P5)', () => {
    const element = signatures(flat('digest[7]', { enzyme: value('EcoRI') }))
    assert.equal(element['digest[7]'], signatures(flat('mine', { enzyme: value('EcoRI') }))['mine'])
  })

  it('signs below a volatile module by what it said in this run, and not before (S4)', () => {
    const graph = graphOf(
      flat('now', {}, { type: 'clock' }),
      flat('b', { x: list(value(1), output('now', 'time')) }),
      flat('c', { x: output('b') }),
    )
    const unknown = signGraph(graph, knowing())
    const below = [...unknown.values()].slice(1).map(({ signature }) => signature)
    assert.deepEqual(below, [{ unknownUntil: 'now' }, { unknownUntil: 'now' }])
    const said = (time: string) =>
      [...signGraph(graph, knowing(undefined, { now: { time } })).values()].map((one) => one.signature)
    assert.deepEqual(said('1'), said('1'))
    assert.equal(said('1')[0], said('2')[0])
    assert.notEqual(said('1')[2], said('2')[2])
  })

  it('hashes after an edit only what is affected, and comes to the same signatures', () => {
    const chain = (edited: string) =>
      graphOf(
        ...Array.from({ length: 100 }, (_, index) =>
          flat(
            `m${index}`,
            index % 10 === 0 ? { x: value(index === 50 ? edited : '') } : { x: output(`m${index - 1}`) },
          ),
        ),
        mapOf('command'),
      )
    const before = signGraph(chain('before'), knowing())
    const after = signGraph(chain('after'), knowing(), before)
    assert.equal(hashes(signGraph(chain('before'), knowing(), before)), 0)
    assert.equal(hashes(after), 11, 'ten modules, and the value')
    const anew = signGraph(chain('after'), knowing())
    assert.deepEqual(
      [...after.values()].map((one) => one.signature),
      [...anew.values()].map((one) => one.signature),
    )
  })
})

describe('signing a map', () => {
  const sign = (module: FlatModule) => signatures(module)['map']

  it('is by structure: ids inside do not count, types, conditions and values do (S9)', () => {
    const plain = sign(mapOf('command'))
    assert.equal(sign(mapOf('command', { id: 'renamed' })), plain)
    const others = [
      mapOf('acme/align'),
      mapOf('command', { genome: 'tttt' }),
      mapOf('command', { when: { kind: 'input', input: 'genome' } }),
    ]
    assert.equal(new Set([plain, ...others.map(sign)]).size, 4)
  })

  it('counts how lists are walked and failures are taken', () => {
    const base = mapOf('command')
    assert.ok(base.map)
    const others: FlatModule[] = [
      { ...base, map: { ...base.map, as: 'cross' } },
      { ...base, map: { ...base.map, onElementFailure: { tolerate: 2 } } },
      { ...base, map: { ...base.map, replicate: true } },
    ]
    assert.equal(new Set([base, ...others].map(sign)).size, 4)
  })

  it('is volatile where its body holds a volatile type (S4)', () => {
    const catalog = catalogOf({ command: {}, clock: { volatile: true } })
    assert.deepEqual(
      [isVolatile(mapOf('clock'), catalog), isVolatile(mapOf('command'), catalog)],
      [true, false],
    )
  })
})

describe('explainDifference', () => {
  const file = (digest: string) =>
    value({
      kind: 'file',
      name: 'lambda.fa',
      size: 1,
      digest: digest.repeat(64),
      at: { kind: 'workspace' },
    } as never)
  const explain = (before: readonly FlatModule[], after: readonly FlatModule[], path: string) =>
    explainDifference(
      componentsOf(signGraph(graphOf(...before), knowing())),
      componentsOf(signGraph(graphOf(...after), knowing())),
      path,
    )?.sentence

  it('goes upstream to the first module and names the first component there (S8)', () => {
    const modules = (digest: string) => [
      flat('digest[1]', { genome: file(digest) }),
      flat('gel', { tables: list(output('digest[1]')) }),
    ]
    assert.equal(
      explain(modules('a'), modules('b'), 'gel'),
      'digest[1]: input `genome` changed: lambda.fa has other content',
    )
    assert.equal(explain(modules('a'), modules('a'), 'gel'), undefined)
  })

  const cases: readonly [string, FlatModule, FlatModule, string][] = [
    [
      'a value',
      flat('a', { x: value(1) }),
      flat('a', { x: value(2) }),
      'a: input `x` changed: it is 2 now, before 1',
    ],
    [
      'a parameter',
      flat('a'),
      flat('a', {}, { parameters: { script: 'false' } }),
      'a: parameter `script` changed',
    ],
    ['a type', flat('a'), flat('a', {}, { type: 'b' }), 'a: is of type b now, before of command'],
    ['replicate', flat('a'), flat('a', {}, { replicate: 1 }), 'a: is replicate 1 now, before none'],
    ['a new input', flat('a'), flat('a', { x: value(1) }), 'a: input `x` is new'],
  ]
  for (const [name, before, after, sentence] of cases)
    it(`names ${name}`, () => assert.equal(explain([before], [after], 'a'), sentence))

  it('names another order of connections (F9)', () => {
    const modules = (...order: string[]) => [
      flat('p', { x: value(1) }),
      flat('q', { x: value(2) }),
      flat('a', { x: list(...order.map((at) => output(at))) }),
    ]
    assert.equal(
      explain(modules('p', 'q'), modules('q', 'p'), 'a'),
      'a: input `x` changed: the same sources come in another order',
    )
  })
})

function hashes(signed: ReturnType<typeof signGraph>): number {
  return [...signed.values()].reduce((sum, one) => sum + one.hashes, 0)
}
