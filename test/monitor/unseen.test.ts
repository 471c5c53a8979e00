import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../src/core/ids.ts'
import type { JobRequest } from '../../src/monitor/job-monitor.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import { bench, key, kindOf, request, type BenchOptions } from './monitor-fixture.ts'

const evidence = 'claimed elsewhere; its processes cannot be seen from here'
const running = { kind: 'running', nativeId: nativeId('7'), incarnation: 1, startedAt: 1 } as const
const unseen: JobReport = { ...running, evidence, unseen: true }
const ann = { by: 'ann', abandon: true }

/** A job that runs, of which the host says this from now on. */
async function begun(said: JobReport, more: Partial<JobRequest> = {}, options: BenchOptions = {}) {
  const on = bench(options)
  const monitor = await on.open()
  const { tag } = await monitor.start(request('a', more))
  await on.clock.advance(200)
  on.host.say(tag, said)
  await on.clock.advance(20_000)
  return { ...on, monitor, tag, changes: () => monitor.history(key('a')) }
}

describe('a running job that nobody can see from here', () => {
  it('goes on as running, which is noted once, whatever process looks', async () => {
    const { clock, monitor, open, changes } = await begun(unseen)
    await clock.advance(60_000)
    const before = await changes()
    assert.deepEqual(
      before.filter(({ evidence: { text } }) => text === evidence).map(({ from, to }) => [from, to]),
      [['running', 'running']],
    )
    await monitor.close()
    const next = await open()
    await clock.advance(60_000)
    assert.deepEqual(await next.history(key('a')), before)
    assert.equal((await next.get(key('a')))?.noted?.unseen, true)
    await next.close()
  })

  it('is given up where a user says so, and run again, also where a rule would do that too', async () => {
    const { clock, monitor, host, tag, changes } = await begun(unseen, {
      retry: [{ on: ['lost'], attempts: 2 }],
    })
    assert.equal((await monitor.retry(key('a'), { by: 'ann' })).kind, 'open')
    const answer = await monitor.retry(key('a'), ann)
    assert.equal(answer.kind === 'requested' && answer.job.attempt, 2)
    await clock.advance(60_000)
    const [first, ...more] = host.submitted
    assert.deepEqual([first, more.length], [tag, 1])
    const job = await monitor.get(key('a'))
    assert.deepEqual([job?.attempt, job?.askedFor, job?.earlier[0]?.state.kind], [2, 2, 'lost'])
    const given = (await changes()).find(({ to }) => to === 'lost')
    assert.deepEqual(given?.evidence, { from: 'user', text: `given up by ann; seen from here: ${evidence}` })
    await monitor.close()
  })

  it('is lost when it is cancelled on the user’s word, and cancelled when it turns up after all', async () => {
    const { clock, monitor, host, tag } = await begun(unseen, { retry: [{ on: ['lost'], attempts: 2 }] })
    host.fault('cancel', 'before', 100)
    const answer = await monitor.cancel(key('a'), ann)
    assert.equal(answer.kind === 'ended' && answer.state.kind, 'lost')
    assert.equal((await monitor.cancel(key('a'), ann)).kind, 'ended')
    host.say(tag, undefined)
    host.end(tag)
    await clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'cancelled')
    assert.deepEqual(host.submitted, [tag])
    await monitor.close()
  })
})

describe('giving up a job', () => {
  const seen: JobReport = { ...running, evidence: 'its wrapper lives' }

  it('is refused where its host sees it run; a cancel is asked of the host as ever', async () => {
    const { clock, monitor, host } = await begun(seen)
    const answer = await monitor.retry(key('a'), ann)
    assert.deepEqual(answer.kind === 'open' && answer.evidence, { from: 'host', text: seen.evidence })
    host.fault('cancel', 'before') // else it may be confirmed before it is answered
    assert.deepEqual(await monitor.cancel(key('a'), ann), {
      kind: 'requested',
      evidence: { from: 'host', text: seen.evidence },
    })
    await clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'cancelled')
    await monitor.close()
  })

  it('is refused while a host misses one look, and done where it is held for unreachable', async () => {
    const { clock, monitor, host } = await begun(seen)
    host.fault('look', 'before')
    const answer = await monitor.retry(key('a'), ann)
    assert.match((answer.kind === 'open' && answer.evidence?.text) || '', /did not answer just now/)
    host.fault('look', 'before', 100)
    await clock.advance(120_000)
    assert.equal((await monitor.retry(key('a'), ann)).kind, 'requested')
    await monitor.close()
  })

  it('takes what it wrote where it has ended meanwhile', async () => {
    const { clock, monitor, host, tag } = await begun(seen)
    host.say(tag, undefined)
    host.end(tag)
    const answer = await monitor.retry(key('a'), ann)
    assert.equal(answer.kind === 'open' && answer.evidence?.text, 'exit file')
    await clock.advance(1000)
    assert.equal(await kindOf(monitor, 'a'), 'succeeded')
    await monitor.close()
  })

  it('runs one again of which nobody knows whether it was submitted, since its submitter cannot be seen', async () => {
    const on = bench({ start: 'by-hand' })
    const monitor = await on.open()
    on.host.refuse({ kind: 'doubt', message: 'cut' })
    const { tag } = await monitor.start(request('a'))
    on.host.say(tag, { kind: 'absent', submitter: 'unknown', evidence: 'its submitter: unknown' })
    await on.clock.advance(60_000)
    assert.equal(await kindOf(monitor, 'a'), 'submit-unknown')
    const answer = await monitor.retry(key('a'), ann)
    assert.equal(answer.kind === 'requested' && answer.job.attempt, 2)
    await monitor.close()
  })
})
