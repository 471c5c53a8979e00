import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import type { JobEvent } from '../../src/monitor/job-monitor.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import { bench, key, kindOf, notices, request } from './monitor-fixture.ts'

const day = 86_400_000

describe('openPoller', () => {
  it('changes nothing while a host is unreachable, tells once going and once coming back', async () => {
    const { clock, host, store, open } = bench()
    const monitor = await open()
    const events: JobEvent['kind'][] = []
    await monitor.start(request('a'))
    await clock.advance(200)
    monitor.events$.subscribe(({ kind }) => events.push(kind))
    const before = await store.get({ kind: 'job', key: 'a' })
    host.fault('look', 'before', 16)
    await clock.advance(3_600_000)
    assert.deepEqual(await store.get({ kind: 'job', key: 'a' }), before)
    assert.deepEqual(events, ['unreachable'])
    assert.ok((await monitor.get(key('a')))?.unreachableSince)
    assert.ok(host.calls.look < 25, `${host.calls.look} looks`)
    await monitor.close()
    const again = await open()
    again.events$.subscribe(({ kind }) => events.push(kind))
    assert.ok((await again.get(key('a')))?.unreachableSince)
    await clock.advance(6 * 3_600_000)
    assert.deepEqual(events, ['unreachable', 'reachable'])
    assert.equal((await notices(store)).length, 2)
    assert.equal((await again.get(key('a')))?.unreachableSince, undefined)
    await again.close()
  })

  it('tells why and until when nothing is asked of a host whose budget is spent, also after a restart', async () => {
    const { clock, host, open } = bench()
    const { look } = host
    const monitor = await open()
    await monitor.start(request('a'))
    await clock.advance(200)
    const events: JobEvent[] = []
    monitor.events$.subscribe((event) => events.push(event))
    const until = clock.now() + 3_600_000
    const spent = new AbeyanceError('quota-used-up', 'its bytes are spent', { details: { until } })
    Object.assign(host, { look: () => Promise.reject(spent) })
    await clock.advance(1500)
    const spared = { until, why: 'its bytes are spent' }
    assert.deepEqual(events[0], { kind: 'spared', destination: 'here', ...spared })
    assert.deepEqual((await monitor.get(key('a')))?.spared, spared)
    await monitor.close()
    const again = await open()
    assert.deepEqual((await again.get(key('a')))?.spared, spared)
    const told: string[] = []
    again.events$.subscribe(({ kind }) => told.push(kind))
    Object.assign(host, { look })
    await clock.advance(7_200_000)
    assert.equal((await again.get(key('a')))?.spared, undefined)
    assert.ok(told.includes('unspared'))
    await again.close()
  })

  it('tells at once of a host that asks for a login, and of its coming back', async () => {
    const { clock, host, store, open } = bench()
    const monitor = await open()
    await monitor.start(request('a'))
    await clock.advance(200)
    const events: JobEvent[] = []
    monitor.events$.subscribe((event) => events.push(event))
    const look = host.look
    Object.assign(host, {
      look: () => Promise.reject(new AbeyanceError('login-needed', 'it asks for a code')),
    })
    await clock.advance(10_000)
    assert.deepEqual(
      events.map((event) => event.kind === 'unreachable' && event.login),
      [true],
    )
    assert.equal((await monitor.get(key('a')))?.loginNeeded, true)
    assert.match((await notices(store)).join(), /login-needed/)
    Object.assign(host, { look })
    await Promise.all([monitor.look(), clock.advance(1000)])
    assert.equal(events.at(-1)?.kind, 'reachable')
    assert.equal((await monitor.get(key('a')))?.loginNeeded, undefined)
    await monitor.close()
  })

  it('gives one look for three days of sleep, and goes on when the clock is set back', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(60_000)
    const before = host.calls.look
    await clock.leap(3 * day)
    assert.ok(host.calls.look - before <= 2, `${host.calls.look - before} looks`)
    clock.set(clock.now() - 3_600_000)
    host.end(job.tag)
    await clock.advance(5000)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    await monitor.close()
  })

  it('asks a host again whose time came while the machine slept, though no timer went on (M5)', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    await monitor.start(request('a'))
    await clock.advance(200)
    host.fault('look', 'before', 13)
    await clock.advance(3_600_000)
    const before = host.calls.look
    clock.set(clock.now() + 3 * day)
    await clock.advance(61_000)
    assert.ok(host.calls.look > before)
    await monitor.close()
  })

  it('looks at once when a runner wakes it, but not one upon the other', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(60_000)
    const before = host.calls.look
    host.end(job.tag)
    for (let time = 0; time < 50; time++) monitor.wake('here')
    await clock.advance(30)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    assert.ok(host.calls.look - before <= 2)
    await monitor.close()
  })

  it('looks on demand, and resolves when what was found is on disk and fetched', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(60_000)
    host.end(job.tag)
    await monitor.look()
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    await monitor.close()
  })

  it('goes on with the other jobs beside a record that cannot be read', async () => {
    const { clock, store, host, open } = bench()
    await store.put([{ kind: 'job', key: 'bad', value: { key: 'bad' } }])
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.end(job.tag)
    await clock.advance(200)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    const names: string[] = []
    for await (const { name } of monitor.all()) names.push(name)
    assert.deepEqual(names, ['a'])
    await assert.rejects(monitor.get(key('bad')), { code: 'workspace-damaged' })
    await monitor.close()
  })

  it('asks again for news that could not be written, and settles nothing before it is', async () => {
    const inner = memoryStore()
    let full = false
    const put: RecordStore['put'] = (entries) =>
      full ? Promise.reject(new Error('disk full')) : inner.put(entries)
    const { clock, host, open } = bench({ store: { ...inner, put } })
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    const settled = host.settled.length
    const seen: string[] = []
    monitor.jobs$.subscribe((news) => seen.push(news.kind))
    full = true
    host.end(job.tag)
    await clock.advance(5000)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    assert.equal(host.settled.length, settled)
    assert.deepEqual(seen, ['present'])
    full = false
    await clock.advance(5000)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    await monitor.close()
  })

  it('publishes nothing before it is on disk', async () => {
    const { clock, host, store, open } = bench()
    const monitor = await open()
    const late: Promise<void>[] = []
    monitor.events$.subscribe((event) => {
      if (event.kind !== 'changed') return
      const { state } = event.job
      late.push(
        store
          .get({ kind: 'job', key: 'a' })
          .then((value) => assert.deepEqual(JSON.parse(JSON.stringify(value)).state, state)),
      )
    })
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.end(job.tag)
    await clock.advance(200)
    await Promise.all(late)
    assert.ok(late.length >= 5)
    await monitor.close()
  })
})
