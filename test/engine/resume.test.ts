import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { once, start, world } from './fakes.ts'
import { brief, from, mod, outcomeOf, pipe, valueOf } from './pipes.ts'

const chain = pipe([
  mod('a', 'join', { x: 1 }),
  mod('j', 'job', { a: from('a') }),
  mod('z', 'join', { j: from('j') }),
])

describe('an execution', () => {
  it('gives every module an outcome', async () => {
    const here = world()
    const run = await once(here, chain)
    assert.deepEqual(
      ['a', 'j', 'z'].map((path) => brief(run, path)),
      ['done computed', 'suspended', 'waiting j'],
    )
  })

  it('goes on when the job has ended', async () => {
    const here = world()
    const run = await once(here, chain)
    run.wake(here.end('j'))
    await run.round()
    assert.equal(brief(run, 'j'), 'done collected')
    assert.equal(valueOf(run, 'z'), 'j="job a=\\"x=1\\""')
  })

  it('computes, submits and collects nothing again after a restart, whenever it comes (R4)', async () => {
    const here = world()
    await once(here, chain)
    await once(here, chain)
    here.end('j')
    await once(here, chain)
    const last = await once(here, chain)
    assert.equal(brief(last, 'z'), 'done computed')
    assert.deepEqual(
      here.done.map((one) => one.split(' ')[0]),
      ['join', 'submit', 'collect', 'join'],
    )
  })

  it('executes nothing upstream of a job that is known, also when its outputs are gone (R4)', async () => {
    const here = world()
    const first = await once(here, chain)
    const a = outcomeOf(first, 'a')
    assert(a.kind === 'done')
    await here.store.remove([{ kind: 'output', key: a.outputs }])
    const second = await once(here, chain)
    assert.equal(brief(second, 'j'), 'suspended')
    assert.equal(here.count('join'), 1)
    assert.equal(brief(second, 'a'), 'done computed', 'what it did in this run is not forgotten')
  })

  it('keeps on which attempt a module hangs when a round is broken off before it was looked at (R5)', async () => {
    const here = world()
    await once(here, chain)
    const kept = async () => {
      const outcomes = new Map<string, string>()
      for await (const { key, value } of here.store.all('outcome')) outcomes.set(key, JSON.stringify(value))
      return outcomes
    }
    const before = await kept()
    assert.equal(before.size, 3)
    const stopped = await start(here, chain, { signal: AbortSignal.abort() })
    await stopped.round()
    assert.deepEqual(await kept(), before)
    assert.deepEqual([...stopped.outcomes().values()].map(({ kind }) => kind).toSorted(), [
      'done',
      'suspended',
      'waiting',
    ])
  }).timeout(5000)

  it('keeps a job as its own when it died between writing down the intent and hearing of the job', async () => {
    const here = world()
    const fresh = { fresh: ['*'] }
    let writes = 0
    here.onPut = () => {
      if (++writes === 3) throw new Error('killed')
    }
    const dying = await start(here, chain, fresh)
    await dying.round().catch(() => {})
    here.onPut = () => {}
    if (here.jobs.size > 0) here.end('j')
    const run = await once(here, chain, fresh)
    if (here.count('submit') === 1 && brief(run, 'j') === 'suspended') {
      run.wake(here.end('j'))
      await run.round()
    }
    assert.equal(here.count('submit') + here.count('again'), 1)
    assert.equal(brief(run, 'z'), 'done computed')
  })

  it('rejects the round when the disk is full, loses nothing, and a new one goes on', async () => {
    for (let failing = 1; failing < 6; failing++) {
      const here = world()
      let writes = 0
      here.onPut = () => {
        if (++writes === failing) throw new Error('disk full')
      }
      const run = await start(here, chain)
      await run.round().catch((error: unknown) => assert.match(String(error), /disk full/))
      here.onPut = () => {}
      const next = await once(here, chain)
      next.wake(here.end('j'))
      await next.round()
      assert.equal(brief(next, 'z'), 'done computed')
      assert.equal(here.count('submit'), 1)
    }
  })

  it('submits nothing on account of what could not be written, however many wait for the same write', async () => {
    const here = world()
    const wide = pipe([
      mod('a', 'join', { x: 1 }),
      ...[1, 2, 3].map((n) => mod(`j${n}`, 'job', { a: from('a'), n })),
    ])
    here.onPut = () => Promise.reject(new Error('disk full'))
    const run = await start(here, wide)
    await assert.rejects(run.round(), /disk full/)
    await assert.rejects(run.round(), /disk full/)
    assert.equal(here.count('submit'), 0)
  })

  it('is interrupted without a mark: what computed is computed again, nothing has failed', async () => {
    const here = world()
    const stop = new AbortController()
    const type = here.types.get('give')
    assert(type)
    here.types.set('give', {
      ...type,
      act: {
        kind: 'compute',
        compute: () => {
          stop.abort()
          return Promise.reject(new Error('stopped'))
        },
      },
    })
    const pipeline = pipe([mod('g', 'give', { of: 1 })])
    const run = await start(here, pipeline, { signal: stop.signal })
    await assert.rejects(run.round(), { code: 'aborted' })
    here.types.set('give', type)
    assert.equal(brief(await once(here, pipeline), 'g'), 'done computed')
  })
})

describe('news of a job', () => {
  it('is not lost between asking how the job stands and hanging on it', async () => {
    const here = world()
    await once(here, chain)
    const run = await start(here, chain)
    here.onJob = (key) => {
      here.onJob = () => {}
      // It ends after it was asked: the answer that is on its way is old.
      setImmediate(() => {})
      queueMicrotask(() => {
        here.end('j')
        run.wake(key)
      })
    }
    await run.round()
    await run.round()
    assert.equal(brief(run, 'z'), 'done computed')
    assert.equal(here.count('collect'), 1)
  })

  it('that is no end ends the round all the same', async () => {
    const here = world()
    const slow = pipe([mod('j', 'job'), mod('s', 'slow', { x: 1 })])
    const run = await start(here, slow)
    const round = run.round()
    await until(() => here.gates.size === 1 && here.jobs.size === 1)
    for (const key of here.jobs.keys()) run.wake(key)
    here.gates.get('x=1')?.()
    await round
    assert.equal(brief(run, 'j'), 'suspended')
  })

  it('starts at once what it makes ready, while another module still computes (R2, F11)', async () => {
    const here = world()
    const two = pipe([mod('s', 'slow', { x: 1 }), mod('j', 'job'), mod('after', 'job', { j: from('j') })])
    const run = await start(here, two)
    const round = run.round()
    await until(() => here.jobs.size === 1 && here.gates.size === 1)
    run.wake(here.end('j'))
    await until(() => here.jobs.size === 2)
    here.gates.get('x=1')?.()
    await round
    assert.equal(brief(run, 'after'), 'suspended')
  })

  it('that comes while the round is written down is seen to by that round', async () => {
    const here = world()
    const run = await start(here, chain)
    let late = false
    here.onPut = (entries) => {
      if (late || !entries.some(({ key }) => key.endsWith('/z'))) return
      late = true
      run.wake(here.end('j'))
    }
    await run.round()
    assert.equal(late, true)
    assert.equal(brief(run, 'z'), 'done computed')
  })
})

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !condition(); turn++)
    await new Promise((resolve) => setImmediate(resolve))
  assert(condition(), 'the condition did not come true')
}
