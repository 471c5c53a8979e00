import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RecordStore } from '../../src/records/record-store.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { bench, key, kindOf, notices, request, spec } from './monitor-fixture.ts'

const file = (path: string) => ({ kind: 'file', path, optional: false }) as const
const making = { ...spec, outputs: { table: file('table.tsv'), plot: file('plot.png') } }
const asked = request('a', { spec: making })
const by = { by: 'ann' }

describe('stopping a job with its results kept (J6)', () => {
  it('keeps what is there of a running job, once its host confirms, and tells it once', async () => {
    const { clock, host, store, open } = bench()
    const monitor = await open()
    const job = await monitor.start(asked)
    await clock.advance(200)
    host.make(job.tag, { table: 7 })
    host.fault('cancel', 'before', 2)
    host.fault('fetch', 'before')
    assert.deepEqual(await monitor.stop(key('a'), by), { kind: 'requested' })
    assert.equal((await monitor.get(key('a')))?.cancelRequested?.keep, true)
    await clock.advance(30_000)
    const state = (await monitor.get(key('a')))?.state
    assert.ok(state?.kind === 'cancelled')
    assert.deepEqual([state.by, state.outputs, state.incarnation], ['ann', { table: 7 }, 1])
    assert.equal(state.message, 'stopped by us, results kept; not there: output plot: not there')
    const changes = (await monitor.history(key('a'))).map(({ from, to }) => `${from} ${to}`)
    assert.deepEqual(changes.slice(-3), ['running running', 'running fetching', 'fetching cancelled'])
    assert.equal((await notices(store)).length, 1)
    assert.deepEqual(await monitor.stop(key('a'), by), { kind: 'ended', state })
    await monitor.close()
  })

  it('ends one that was not submitted at once, and asks no host', async () => {
    const { clock, host, open } = bench({ limits: { jobs: 0 } })
    const monitor = await open()
    await monitor.start(asked)
    const answer = await monitor.stop(key('a'), by)
    assert.ok(answer.kind === 'ended' && answer.state.kind === 'cancelled')
    assert.equal(answer.state.message, 'it had not begun: there is nothing to keep')
    await clock.advance(1000)
    assert.deepEqual([host.calls.submit, host.calls.cancel], [0, 0])
    await monitor.close()
  })

  it('ends one in flight or queued with nothing kept, and it never runs', async () => {
    const { clock, host, open } = bench({ start: 'by-hand' })
    const monitor = await open()
    host.fault('submit', 'after')
    const flying = await monitor.start(asked)
    await monitor.stop(key('a'), by)
    await clock.advance(200)
    const queued = await monitor.start(request('b', { spec: making }))
    await clock.advance(5000)
    await monitor.stop(key('b'), by)
    await clock.advance(60_000)
    for (const { key: one, tag } of [flying, queued]) {
      const state = (await monitor.get(one))?.state
      assert.deepEqual([state?.kind, state && 'outputs' in state], ['cancelled', false])
      assert.equal(host.executions(tag), 0)
    }
    await monitor.close()
  })

  it('lets one that had ended by itself, seen or not, go its normal way, and runs it not again', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const whole = { table: 1, plot: 2 }
    const retry = [{ on: ['exit-code' as const], attempts: 5 }]
    const seen = await monitor.start(asked)
    const unseen = await monitor.start(request('b', { spec: making }))
    const bad = await monitor.start(request('c', { retry }))
    await clock.advance(200)
    host.fault('fetch', 'before', 3)
    host.end(seen.tag, undefined, whole)
    await clock.advance(300)
    assert.equal(await kindOf(monitor, 'a'), 'fetching')
    host.fault('look', 'before', 2)
    host.end(unseen.tag, undefined, whole)
    host.end(bad.tag, { kind: 'code', code: 3 })
    assert.deepEqual(await monitor.stop(key('a'), by), { kind: 'collecting' })
    assert.deepEqual(await monitor.stop(key('b'), by), { kind: 'requested' })
    await monitor.stop(key('c'), by)
    await clock.advance(60_000)
    for (const name of ['a', 'b']) {
      const state = (await monitor.get(key(name)))?.state
      assert.deepEqual(state?.kind === 'succeeded' && state.outputs, whole)
    }
    // Its last words are read from the disk, which no virtual clock moves.
    await eventually('it failed', 5000, async () => (await kindOf(monitor, 'c')) === 'failed' || undefined)
    assert.equal((await monitor.get(key('c')))?.attempt, 1)
    assert.equal(host.calls.cancel, 0)
    await monitor.close()
  })

  it('keeps what a job made that was gone when its host confirmed, and never wrote an exit', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(asked)
    await clock.advance(200)
    host.make(job.tag, { table: 7 })
    await monitor.stop(key('a'), by)
    host.vanish(job.tag, 'wrapper-killed')
    await clock.advance(30_000)
    const state = (await monitor.get(key('a')))?.state
    assert.deepEqual(state?.kind === 'cancelled' && state.outputs, { table: 7 })
    await monitor.close()
  })

  it('leaves other jobs of the host to be cancelled while the look at one fails', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    await monitor.start(asked)
    await monitor.start(request('b'))
    await clock.advance(200)
    host.fault('look', 'before', 4)
    await monitor.stop(key('a'), by)
    await monitor.cancel(key('b'), by)
    await clock.advance(60_000)
    assert.deepEqual([await kindOf(monitor, 'a'), await kindOf(monitor, 'b')], ['cancelled', 'cancelled'])
    await monitor.close()
  })

  it('comes to the same end when its process is killed at any of its writes', async () => {
    for (let writes = 1; ; writes++) {
      const store = dying(memoryStore())
      const { clock, host, open } = bench({ store: store.store })
      const first = await open()
      const job = await first.start(asked)
      await clock.advance(200)
      host.make(job.tag, { table: 7 })
      await first.stop(key('a'), by)
      store.dieAfter(writes)
      await clock.advance(30_000)
      await first.close()
      const wasKilled = store.revive()
      const second = await open()
      await clock.advance(30_000)
      const state = (await second.get(key('a')))?.state
      assert.deepEqual(state?.kind === 'cancelled' && state.outputs, { table: 7 }, `at write ${writes}`)
      assert.equal((await notices(store.store)).length, 1)
      assert.equal(host.executions(job.tag), 1)
      await second.close()
      if (!wasKilled) return assert.ok(writes > 2, 'it was asked, confirmed and fetched')
    }
  })
})

/** A store to which nothing is written any more from some write on, as when its process was killed. */
function dying(inner: RecordStore) {
  let left = Infinity
  return {
    store: {
      ...inner,
      put: (entries) => (--left < 0 ? Promise.reject(new TypeError('it is dead')) : inner.put(entries)),
    } satisfies RecordStore,
    dieAfter: (writes: number) => void (left = writes - 1),
    /** Whether a write was lost. */
    revive() {
      const wasKilled = left < 0
      left = Infinity
      return wasKilled
    },
  }
}
