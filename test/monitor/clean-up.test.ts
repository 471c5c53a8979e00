import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench, key, kindOf, request } from './monitor-fixture.ts'

describe('cleaning up', () => {
  it('discards a final job with its folders, and never uses its numbers again', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    await assert.rejects(monitor.discard(key('a')), /cancel it, then discard it/)
    host.end(job.tag)
    await clock.advance(200)
    host.fault('clean', 'before')
    await monitor.discard(key('a'))
    assert.deepEqual(host.cleaned, [])
    await clock.advance(3_600_000)
    assert.deepEqual(host.cleaned, [job.tag])
    assert.equal(await monitor.get(key('a')), undefined)
    assert.deepEqual(await monitor.history(key('a')), [])
    assert.equal((await monitor.start(request('a'))).attempt, 2)
    await monitor.close()
  })

  it('removes folders when retention says so, and never before outputs are here (J8)', async () => {
    const day = 86_400_000
    for (const [retention, after] of [
      [{ kind: 'on-success' }, 3_600_000],
      [{ kind: 'after', milliseconds: 2 * day }, 2 * day + 3_600_000],
    ] as const) {
      const { clock, host, open } = bench({ settings: { retention } })
      const monitor = await open()
      const job = await monitor.start(request('a'))
      await clock.advance(200)
      host.fault('fetch', 'before', 20)
      host.end(job.tag)
      await clock.advance(3_600_000)
      assert.deepEqual([await kindOf(monitor, 'a'), host.cleaned], ['fetching', []])
      await clock.advance(20 * 3_600_000)
      assert.equal(await kindOf(monitor, 'a'), 'succeeded')
      await clock.advance(after)
      assert.deepEqual(host.cleaned, [job.tag])
      await monitor.close()
    }
  })
})
