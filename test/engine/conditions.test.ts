import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { once, world } from './fakes.ts'
import { brief, from, input, listed, mod, outcomeOf, pipe, valueOf } from './pipes.ts'

describe('a condition', () => {
  const gated = (more: Parameters<typeof pipe>[0] = []) =>
    pipe(
      [
        mod('c', 'give', { of: input('c') }),
        mod('a', 'give', { of: 1 }, { when: from('c') }),
        mod('b', 'give', { of: 2 }),
        mod('z', 'join', { a: from('a') }),
        mod('both', 'join', { of: listed(from('a'), from('b')) }),
        ...more,
      ],
      ['c'],
    )

  it('that is true changes nothing', async () => {
    const run = await once(world(), gated(), { inputs: { c: true } })
    assert.equal(valueOf(run, 'both'), 'of=[1,2]')
    assert.equal(valueOf(run, 'z'), 'a=1')
  })

  it('that is false skips a module with what only it feeds; a list goes on without it', async () => {
    const run = await once(world(), gated(), { inputs: { c: false } })
    assert.deepEqual([brief(run, 'a'), brief(run, 'z')], ['skipped condition c', 'skipped condition c'])
    assert.equal(valueOf(run, 'both'), 'of=[2]')
  })

  it('counts also where results are known from a run in which it was true', async () => {
    const here = world()
    await once(here, gated(), { inputs: { c: true } })
    const run = await once(here, gated(), { run: 'run-2', inputs: { c: false } })
    assert.deepEqual(
      [brief(run, 'a'), brief(run, 'z'), valueOf(run, 'both')],
      ['skipped condition c', 'skipped condition c', 'of=[2]'],
    )
    const third = await once(here, gated(), { run: 'run-3', inputs: { c: true } })
    assert.deepEqual([brief(third, 'z'), valueOf(third, 'both')], ['done reused', 'of=[1,2]'])
  })

  it('that is no boolean is an error that shows it', async () => {
    const run = await once(world(), gated(), { inputs: { c: 'yes' } })
    const outcome = outcomeOf(run, 'a')
    assert(outcome.kind === 'failed')
    assert.match(outcome.error.message, /takes true or false; c gave "yes"/)
  })

  it('holds for all of a group', async () => {
    const inner = pipe([mod('i', 'give', { of: input('x') }), mod('k', 'join', { i: from('i') })], ['x'], [])
    const group = { ...inner, outputs: { out: { kind: 'output', module: 'k', port: 'out' } as const } }
    const pipeline = gated([
      mod('g', 'group', { x: 1 }, { group, when: from('c') }),
      mod('y', 'join', { g: from('g') }),
    ])
    const run = await once(world(), pipeline, { inputs: { c: false } })
    assert.equal(brief(run, 'y'), 'skipped condition c')
    assert.equal(brief(run, 'g/k'), 'skipped condition c')
  })

  it('that failed skips what hangs on it because of that failure', async () => {
    const run = await once(
      world(),
      pipe([
        mod('c', 'bad'),
        mod('a', 'give', { of: 1 }, { when: from('c') }),
        mod('l', 'join', { of: listed(from('a')) }),
      ]),
    )
    assert.deepEqual([brief(run, 'a'), brief(run, 'l')], ['skipped failure c', 'skipped failure c'])
  })
})
