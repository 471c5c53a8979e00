import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import type { Runner } from '../../src/runners/runner.ts'
import { notSent } from '../../src/transports/not-sent.ts'
import { bench, kindOf, request, spec } from './monitor-fixture.ts'

describe('openDispatcher', () => {
  it('holds to the limit of jobs, also after a restart', async () => {
    const { clock, host, open } = bench({ limits: { jobs: 2 } })
    const first = await open()
    for (const name of ['a', 'b', 'c', 'd']) await first.start(request(name))
    await clock.advance(1000)
    assert.equal(host.submitted.length, 2)
    await first.close()
    const second = await open()
    await clock.advance(1000)
    assert.equal(host.submitted.length, 2)
    const [tag] = host.submitted
    host.end(tag ?? assert.fail())
    await clock.advance(2000)
    assert.equal(host.submitted.length, 3)
    await second.close()
  })

  it('counts cores against the limit, and lets a large job run alone', async () => {
    const { clock, host, open } = bench({ limits: { cores: 4 } })
    const monitor = await open()
    const wide = { ...spec, resources: { cores: 3 } }
    const wider = { ...spec, resources: { cores: 9 } }
    const first = await monitor.start(request('a', { spec: wide }))
    const second = await monitor.start(request('b', { spec: wider }))
    await clock.advance(1000)
    assert.deepEqual(host.submitted, [first.tag])
    host.end(first.tag)
    await clock.advance(2000)
    assert.deepEqual(host.submitted, [first.tag, second.tag])
    await monitor.close()
  })

  it('counts memory against the limit, of the jobs that say what they need', async () => {
    const { clock, host, open } = bench({ limits: { memory: 4096 } })
    const monitor = await open()
    const needing = (memory: string) => ({ spec: { ...spec, resources: { memory } } })
    const first = await monitor.start(request('a', needing('3 GiB')))
    const free = await monitor.start(request('b'))
    const second = await monitor.start(request('c', needing('1.5 GiB')))
    const huge = await monitor.start(request('d', needing('64 GiB')))
    await clock.advance(1000)
    assert.deepEqual(host.submitted, [first.tag, free.tag])
    host.end(first.tag)
    await clock.advance(2000)
    assert.deepEqual(host.submitted, [first.tag, free.tag, second.tag])
    host.end(second.tag)
    await clock.advance(2000)
    assert.deepEqual(host.submitted, [first.tag, free.tag, second.tag, huge.tag])
    await monitor.close()
  })

  it('holds to the submissions a minute across a restart', async () => {
    const { clock, host, open } = bench({ limits: { submissionsPerMinute: 2 } })
    const first = await open()
    for (const name of ['a', 'b', 'c']) await first.start(request(name))
    await clock.advance(1000)
    await first.close()
    const second = await open()
    await clock.advance(30_000)
    assert.equal(host.submitted.length, 2)
    await clock.advance(31_000)
    assert.equal(host.submitted.length, 3)
    await second.close()
  })

  it('waits for a submission whose inputs travel, however long that takes', async () => {
    const { clock, host, open } = bench()
    const { submit } = host
    const far: Runner['submit'] = async (jobs, options) => {
      for (let done = 1; done <= 10; done += 1) {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 60_000))
        for (const { tag } of jobs) options.travelled?.(tag, { way: 'there', done, total: 10 })
      }
      return submit(jobs, options)
    }
    Object.assign(host, { submit: far })
    const monitor = await open()
    await monitor.start(request('a'))
    for (let minute = 0; minute < 9; minute += 1) await clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'submitting')
    for (let minute = 0; minute < 3; minute += 1) await clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    assert.equal(host.submitted.length, 1)
    await monitor.close()
  })

  it('tries later what a full queue did not take', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    host.refuse({ kind: 'not-tried', message: 'queue is full' })
    await monitor.start(request('a'))
    await clock.advance(100)
    assert.equal(await kindOf(monitor, 'a'), 'submitting')
    await clock.advance(6000)
    assert.equal(await kindOf(monitor, 'a'), 'running')
    await monitor.close()
  })

  it('tries later what surely did not go out, and doubts only what may have', async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const { submit } = host
    const unreachable = new AbeyanceError('unreachable', 'no sign of life')
    for (const [fault, kind] of [
      [notSent(unreachable), 'submitting'],
      [unreachable, 'submit-unknown'],
    ] as const) {
      Object.assign(host, { submit: () => Promise.reject(fault) })
      await monitor.start(request(kind))
      await clock.advance(1)
      assert.equal(await kindOf(monitor, kind), kind)
      Object.assign(host, { submit })
    }
    await clock.advance(6000)
    assert.equal(await kindOf(monitor, 'submitting'), 'running')
    assert.equal(host.submitted.filter((tag, at, all) => all.indexOf(tag) !== at).length, 0)
    await monitor.close()
  })
})
