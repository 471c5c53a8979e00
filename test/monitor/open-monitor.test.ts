import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { memoryStore } from '../../src/records/memory.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import type { Method } from '../../src/testing/scripted-runner.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { bench, key, kindOf, notices, request } from './monitor-fixture.ts'

describe('openMonitor', () => {
  it('submits a job, sees it run, fetches it and ends it', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    host.end(job.tag, { kind: 'code', code: 0 }, { out: 'x' })
    await clock.advance(200)
    const state = (await monitor.get(key('a')))?.state
    assert.deepEqual(state?.kind === 'succeeded' && state.outputs, { out: 'x' })
    const kinds = (await monitor.history(key('a'))).map(({ to }) => to)
    assert.deepEqual(kinds, ['submitting', 'submitting', 'queued', 'running', 'fetching', 'succeeded'])
    assert.equal(host.executions(job.tag), 1)
    assert.ok(host.settled.includes(job.tag))
    await monitor.close()
    await monitor.close()
    assert.equal(clock.timers, 0)
  })

  it('gives the record as it stands for a key that is known', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const [first, second] = await Promise.all([monitor.start(request('a')), monitor.start(request('a'))])
    await clock.advance(200)
    assert.equal(first.tag, second.tag)
    assert.equal((await monitor.start(request('a'))).state.kind, 'running')
    assert.equal(host.submitted.length, 1)
    await monitor.close()
  })

  it('refuses a destination that it does not know, by name', async () => {
    const monitor = await bench().open()
    await assert.rejects(monitor.start(request('a', { destination: 'hpx' })), /"hpx"; known are: here/)
    await monitor.close()
  })

  for (const method of ['submit', 'look', 'settle', 'fetch'] as const satisfies readonly Method[])
    for (const how of ['before', 'after', 'hang'] as const)
      it(`runs a job once when ${method} breaks off ${how === 'hang' ? 'and hangs' : how} and the monitor is started again`, async () => {
        const { clock, host, store, open } = bench()
        const first = await open()
        const job = await first.start(request('a'))
        host.fault(method, how)
        await clock.advance(60)
        if (host.submitted.length > 0) host.end(job.tag)
        await clock.advance(400)
        await first.close()
        const second = await open()
        await clock.advance(20_000)
        if ((await kindOf(second, 'a')) === 'running') host.end(job.tag)
        await clock.advance(20_000)
        assert.equal(await kindOf(second, 'a'), 'succeeded')
        assert.equal(host.executions(job.tag), 1)
        assert.equal((await notices(store)).length, 1)
        await second.close()
        assert.equal(clock.timers, 0)
      })

  it('runs a job once wherever between two puts its process died', async () => {
    for (let puts = 0; puts < 8; puts++) {
      const inner = memoryStore()
      let left = puts
      const store: RecordStore = {
        ...inner,
        put: (entries) => (left-- > 0 ? inner.put(entries) : new Promise(() => {})),
      }
      const { clock, host, open } = bench({ store: inner })
      const first = await open({ store })
      void first.start(request('a')) // never resolves where the process dies before
      await clock.advance(300)
      for (const tag of host.submitted) host.end(tag)
      await clock.advance(300)
      const second = await open() // the first one is gone: it never wrote another word
      const job = await second.start(request('a'))
      await clock.advance(30_000)
      host.end(job.tag)
      await clock.advance(30_000)
      assert.equal(await kindOf(second, 'a'), 'succeeded', `after ${puts} puts`)
      assert.equal(host.executions(job.tag), 1, `after ${puts} puts`)
      await second.close()
    }
  })

  it('submits again under the same tag only when the submitter is gone', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    host.fault('submit', 'before')
    const job = await monitor.start(request('a'))
    host.say(job.tag, { kind: 'absent', submitter: 'alive', evidence: 'it still submits' })
    await clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'submit-unknown')
    assert.equal(host.calls.submit, 1)
    host.say(job.tag, undefined)
    await clock.advance(20_000)
    assert.deepEqual(host.submitted, [job.tag])
    assert.equal(host.calls.submit, 2)
    await monitor.close()
  })

  it('cancels before submission without asking the host', async () => {
    const { clock, host, open } = bench({ limits: { jobs: 0 } })
    const monitor = await open()
    await monitor.start(request('a'))
    assert.equal((await monitor.cancel(key('a'), { by: 'ann' })).kind, 'ended')
    await clock.advance(100)
    assert.equal(host.calls.submit, 0)
    await monitor.close()
  })

  it('cancels a running job, and asks again until the host confirms', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.fault('cancel', 'before', 2)
    assert.deepEqual(await monitor.cancel(key('a'), { by: 'ann' }), { kind: 'requested' })
    assert.equal((await monitor.get(key('a')))?.cancelRequested?.by, 'ann')
    await clock.advance(10_000)
    const state = (await monitor.get(key('a')))?.state
    assert.equal(state?.kind === 'cancelled' && state.by, 'ann')
    assert.equal(host.executions(job.tag), 1)
    await monitor.close()
  })

  it('cancels what is in flight, and what was asked before a restart', async () => {
    const { clock, host, open } = bench()
    const first = await open()
    host.fault('submit', 'after')
    await first.start(request('a'))
    await first.cancel(key('a'), { by: 'ann' })
    await first.close()
    const second = await open()
    await clock.advance(30_000)
    assert.equal(await kindOf(second, 'a'), 'cancelled')
    await second.close()
  })

  it('runs a failed job again by its rule, and once more by hand', async () => {
    const { clock, host, store, open } = bench()
    const monitor = await open()
    const retry = [{ on: ['exit-code' as const], attempts: 2, delay: '1m' }]
    const job = await monitor.start(request('a', { retry }))
    await clock.advance(200)
    host.end(job.tag, { kind: 'code', code: 3 })
    await clock.advance(5_000)
    // Its last words are read from the disk, which no virtual clock moves.
    await eventually(
      'it waits for its delay',
      5000,
      async () => (await kindOf(monitor, 'a')) === 'submitting' || undefined,
    )
    assert.equal((await notices(store)).length, 0)
    await clock.advance(60_000)
    host.end(host.submitted[1] ?? assert.fail(), { kind: 'code', code: 3 })
    await clock.advance(2000)
    await eventually(
      'it failed for good',
      5000,
      async () => (await kindOf(monitor, 'a')) === 'failed' || undefined,
    )
    assert.equal((await notices(store)).length, 1)
    const answer = await monitor.retry(key('a'), { by: 'ann' })
    assert.equal(answer.kind === 'requested' && answer.job.attempt, 3)
    await clock.advance(1000)
    assert.equal(new Set(host.submitted).size, 3)
    assert.equal((await monitor.retry(key('a'), { by: 'ann' })).kind, 'open')
    await monitor.close()
  })

  it('loses a job only after two looks a grace apart, and takes it back when its exit turns up', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.say(job.tag, { kind: 'absent', submitter: 'none', evidence: 'no trace' })
    await clock.advance(85_000)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    await clock.advance(30_000)
    assert.equal(await kindOf(monitor, 'a'), 'lost')
    host.say(job.tag, undefined)
    host.end(job.tag)
    await clock.advance(61_000)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    await monitor.close()
  })

  it('runs a lost job again by a rule only after the host confirmed that the old one cannot run', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a', { retry: [{ on: ['lost'], attempts: 2 }] }))
    await clock.advance(200)
    host.say(job.tag, { kind: 'absent', submitter: 'none', evidence: 'no trace' })
    host.fault('cancel', 'before', 6)
    await clock.advance(20_000)
    assert.equal(host.submitted.length, 1)
    await clock.advance(300_000)
    assert.equal((await monitor.get(key('a')))?.attempt, 2)
    assert.equal(host.submitted.length, 2)
    await monitor.close()
  })

  it('refuses to run a lost job again while the host cannot be asked, unless it is abandoned', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.say(job.tag, { kind: 'absent', submitter: 'none', evidence: 'no trace' })
    await clock.advance(120_000)
    host.fault('cancel', 'before')
    assert.equal((await monitor.retry(key('a'), { by: 'ann' })).kind, 'may-still-run')
    assert.equal((await monitor.retry(key('a'), { by: 'ann', abandon: true })).kind, 'requested')
    await monitor.close()
  })

  it('keeps an unknown word in the history, once, and takes it for no end', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const job = await monitor.start(request('a'))
    await clock.advance(200)
    host.say(job.tag, { kind: 'unclear', evidence: 'state ZZ' })
    await clock.advance(60_000)
    const words = (await monitor.history(key('a'))).filter(({ evidence }) => evidence.text === 'state ZZ')
    assert.equal(words.length, 1)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    await monitor.close()
  })

  it('takes a requeued job for a new incarnation, and no older one for its end', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const { tag } = await monitor.start(request('a'))
    await clock.advance(200)
    host.requeue(tag)
    await clock.advance(200)
    const old = {
      kind: 'ended',
      incarnation: 1,
      exit: { kind: 'code', code: 0 },
      startedAt: 1,
      endedAt: 2,
    } as const
    host.say(tag, { ...old, evidence: 'of the first' })
    await clock.advance(20_000)
    const state = (await monitor.get(key('a')))?.state
    assert.equal(state?.kind === 'running' && state.incarnation, 2)
    await monitor.close()
  })

  it('shows the present jobs first to each subscriber, then each change', async () => {
    const { clock, open } = bench()
    const monitor = await open()
    await monitor.start(request('a'))
    await clock.advance(200)
    const seen: string[] = []
    monitor.jobs$.subscribe((news) => {
      if (news.kind === 'present') seen.push(...news.jobs.map(({ name }) => name))
      if (news.kind === 'changed') seen.push(`${news.job.name} ${news.job.state.kind}`)
    })
    await clock.advance(0)
    await monitor.start(request('b'))
    await clock.advance(0)
    assert.deepEqual(seen.slice(0, 2), ['a', 'b submitting'])
    await monitor.close()
  })
})
