import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { modulePath } from '../../src/core/ids.ts'
import { once, world } from './fakes.ts'
import { brief, from, given, mod, outcomeOf, overAll, pipe, valueOf } from './pipes.ts'

describe('a tolerant map', () => {
  const picky = (onElementFailure: 'fail' | 'keep-going' | { tolerate: number }, no = 2) =>
    pipe([
      mod('m', 'picky', { of: given([1, 2, 3]), no }, overAll(['of'], { onElementFailure })),
      mod('good', 'succeeded', { of: from('m') }),
      mod('all', 'join', { m: from('m') }),
    ])

  it('fails with its elements by default, naming the first, and computes the others', async () => {
    const run = await once(world(), picky('fail'))
    const outcome = outcomeOf(run, 'm')
    assert(outcome.kind === 'failed')
    assert.match(outcome.error.message, /1 of 3 elements failed; the first: m\[1\] 2: does not like 2/)
    assert.equal(brief(run, 'm[2]'), 'done computed')
    assert.equal(brief(run, 'all'), 'skipped failure m')
  })

  it('marks failed places with keep-going, and as many as it tolerates', async () => {
    for (const tolerance of ['keep-going', { tolerate: 1 }] as const) {
      const run = await once(world(), picky(tolerance))
      assert.deepEqual(valueOf(run, 'm'), [
        1,
        { kind: 'element-failure', index: 1, message: 'm[1] 2: does not like 2' },
        3,
      ])
      assert.deepEqual(run.graph.get(modulePath('good')).outputs, { values: [1, 3], failed: 1 })
    }
    assert.equal(brief(await once(world(), picky({ tolerate: 0 })), 'm'), 'failed element-failed')
  })

  it('never serves a partial result to a later run, which tries the failed places again', async () => {
    const here = world()
    await once(here, picky('keep-going'))
    const picked = here.types.get('picky')
    assert(picked)
    const kind = picked.act.kind
    assert(kind === 'compute')
    here.types.set('picky', {
      ...picked,
      act: { kind, compute: ({ of }) => Promise.resolve({ out: of ?? null }) },
    })
    const second = await once(here, picky('keep-going'), { run: 'run-2' })
    assert.deepEqual(valueOf(second, 'm'), [1, 2, 3])
    assert.equal(brief(second, 'm[0]'), 'done reused')
    assert.equal(valueOf(second, 'all'), 'm=[1,2,3]')
  })

  it('gives the same partial result to the same run after a restart, and computes nothing for it', async () => {
    const here = world()
    const pipeline = pipe([...picky('keep-going').modules, mod('j', 'job', { m: from('m') })])
    await once(here, pipeline)
    const done = here.done.length
    const again = await once(here, pipeline)
    assert.equal(here.done.length, done)
    assert.equal(brief(again, 'j'), 'suspended')
  })

  it('does not stop a run at `onFailure: stop` by what it tolerates', async () => {
    const run = await once(world(), picky('keep-going'), { onFailure: 'stop' })
    assert.equal(brief(run, 'all'), 'done computed')
  })
})
