import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { DestinationDefaults } from '../../src/runners/destination-defaults.ts'
import { local as localRunner } from '../../src/runners/local.ts'
import { signGraph } from '../../src/signatures/sign-graph.ts'
import { local } from '../../src/transports/local.ts'
import { addsOf } from '../../src/workspace/signed-additions.ts'
import { flat, graphOf, knowing } from '../signatures/graphs.ts'
import { bench, doc, outputOf } from './bench.ts'

const word = fc.stringMatching(/^[A-Z]{1,3}$/)
const defaults: fc.Arbitrary<DestinationDefaults> = fc.record(
  {
    environment: fc.dictionary(word, word, { maxKeys: 2 }),
    load: fc.array(word, { maxLength: 2 }),
    container: fc.record(
      { runtime: fc.constant('podman' as const), image: word },
      { requiredKeys: ['runtime'] },
    ),
    resources: fc.record({ cores: fc.integer({ min: 1, max: 9 }) }),
  },
  { requiredKeys: [] },
)

/** How a module is signed that goes to a destination with these defaults. */
function signedAt(adds: DestinationDefaults, asks: boolean | undefined, parameters = {}) {
  const module = flat(
    'one',
    {},
    { parameters, settings: asks === undefined ? {} : { signDestination: asks } },
  )
  const destinations = new Map([['here', { runner: localRunner(), tags: [], adds }]])
  const routes = { destinations, default: 'here', byType: {} }
  return [...signGraph(graphOf(module), { ...knowing(), addsOf: addsOf(routes, {}) }).values()][0]?.signature
}

const additionsOf = ({ environment = {}, load = [], container }: DestinationDefaults) => [
  { ...environment }, // those drawn may have no prototype
  load,
  container?.image,
]

describe('what a destination adds (S5)', () => {
  it('is in no signature of a module that does not ask', () =>
    fc.assert(
      fc.property(defaults, fc.constantFrom(undefined, false), (adds, asks) =>
        assert.equal(signedAt(adds, asks), signedAt({}, undefined)),
      ),
      { numRuns: 200 },
    ))

  it('is in the signature of one that asks: another where it differs, the same where it does not', () =>
    fc.assert(
      fc.property(defaults, defaults, (one, other) =>
        assert.equal(
          signedAt(one, true) === signedAt(other, true),
          isDeepStrictEqual(additionsOf(one), additionsOf(other)),
        ),
      ),
      { numRuns: 400 },
    ))

  it('changes nothing where there is none, or where the module has its own instead', () => {
    assert.equal(signedAt({}, true), signedAt({}, undefined))
    const own = { container: 'tools:1', environment: { A: '1' } }
    assert.equal(
      signedAt({ container: { runtime: 'podman', image: 'x' }, environment: { A: '2' } }, true, own),
      signedAt({}, undefined, own),
    )
  })

  it('has a job that asks run for each, one that does not run once, and says why', async () => {
    const on = await bench()
    const there = (FLAVOUR: string) => ({
      runner: localRunner(),
      transport: local(),
      workFolder: on.path(FLAVOUR),
      environment: { FLAVOUR },
    })
    const workspace = await on.open({ destinations: { a: there('A'), b: there('B') } })
    const job = (name: string, asks: string) =>
      `  ${name}: { command: [sh, -c, 'echo ${name}; printf %s "$$FLAVOUR" > out'], outputs: { out: { text: out } }${asks} }\n`
    const document = await doc(
      `name: p\nmodules:\n${job('deaf', '')}${job('asks', ', signDestination: true')}outputs: { deaf: $deaf.out, asks: $asks.out }\n`,
    )
    const outputs = []
    for (const destination of ['a', 'b', 'a']) {
      const end = await (await workspace.start(document, { destinations: { '*': destination } })).ended()
      outputs.push([outputOf(end, 'deaf'), outputOf(end, 'asks')])
    }
    assert.deepEqual(outputs, [
      ['A', 'A'],
      ['A', 'B'],
      ['A', 'A'],
    ])
    assert.equal((await workspace.jobs()).length, 3)
    const runs = await workspace.runs()
    const [first, second] = runs
    assert.ok(first && second)
    const { modulePath } = await import('../../src/core/ids.ts')
    const why = await workspace.explain(second.id, modulePath('asks'), { against: first.id })
    assert.match(why.sentence, /what its destination adds, which it has signed, changed/)
  })

  it('refuses a rule that would send a job elsewhere with other additions than were signed', async () => {
    const on = await bench()
    const there = (FLAVOUR: string) => ({
      runner: localRunner(),
      transport: local(),
      workFolder: on.path(FLAVOUR),
      environment: { FLAVOUR },
    })
    const workspace = await on.open({ destinations: { a: there('A'), b: there('B') } })
    const retry = 'retry: [{ on: [exit-code], attempts: 2, destination: b }]'
    const run = await workspace.start(
      await doc(
        `name: p\nmodules:\n  one: { command: ['false'], destination: a, signDestination: true, ${retry} }\n`,
      ),
    )
    const end = await run.ended()
    assert.ok(end.kind === 'failed')
    assert.match(end.failures[0].error.message, /what a adds to it is signed .* `b`, where it may go/)
  })
})
