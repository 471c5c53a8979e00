import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { cleanRecords } from '../../src/monitor/cleaner.ts'
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

  it('remembers what could not be removed with the reason, says when it is tried again, and tries (J8)', async () => {
    const { clock, store, host, open } = bench({ settings: { retention: { kind: 'on-success' } } })
    const monitor = await open()
    const { tag } = await monitor.start(request('a'))
    await clock.advance(200)
    host.end(tag)
    host.hold(tag, true)
    await clock.advance(200)
    const [cleaning] = await monitor.clean()
    assert.deepEqual([cleaning?.removed, cleaning?.left.map((one) => one.tag)], [[], [tag]])
    assert.ok(cleaning?.again !== undefined && cleaning.again > clock.now())
    await monitor.clean()
    const [record] = await gather(cleanRecords(store))
    assert.deepEqual([record?.tag, record?.failed?.times], [tag, 2])
    assert.match(record?.failed?.why ?? '', /something of it runs/)
    host.hold(tag, false)
    await clock.advance(cleaning.again - clock.now())
    assert.deepEqual([host.cleaned, await gather(cleanRecords(store))], [[tag], []])
    await monitor.close()
  })

  it('does by a changed retention what was not done by the one before, once', async () => {
    const { clock, host, open } = bench()
    const before = await open()
    const { tag } = await before.start(request('a'))
    await clock.advance(200)
    host.end(tag)
    await clock.advance(200)
    await before.clean()
    await before.close()
    assert.deepEqual(host.cleaned, [])
    const monitor = await open({ settings: { retention: { kind: 'on-success' } } })
    assert.deepEqual(
      (await monitor.due([])).map((record) => record.tag),
      [tag],
    )
    assert.deepEqual((await monitor.clean())[0]?.removed, [tag])
    assert.deepEqual((await monitor.clean())[0]?.removed, [])
    await monitor.close()
  })
})

async function gather<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}
