import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobKey, nativeId, tag } from '../../src/core/ids.ts'
import type { JobEvent } from '../../src/monitor/job-monitor.ts'
import { openPause, readPauses } from '../../src/monitor/pause.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { bench, kindOf, notices, quietOutbox, request } from './monitor-fixture.ts'

const [one, two] = [tag('j1'), tag('j2')]
const started: JobReport = { kind: 'queued', nativeId: nativeId('7'), evidence: 'RUNNING', started: true }
const queued: JobReport = { kind: 'queued', nativeId: nativeId('7'), evidence: 'PENDING' }
const unclaimed: JobReport = { kind: 'vanished', reason: 'exit-code', incarnation: 0, evidence: 'FAILED 1:0' }
const running: JobReport = {
  kind: 'running',
  nativeId: nativeId('7'),
  incarnation: 1,
  startedAt: 0,
  evidence: 'claimed',
}

describe('a destination whose work folder the machines that run jobs do not see', () => {
  const trial = async () => {
    const [clock, store] = [virtualClock(), memoryStore()]
    const events: JobEvent['kind'][] = []
    let lifted = 0
    const open = async () =>
      openPause(
        {
          destination: 'hpc',
          store,
          clock,
          entriesFor: quietOutbox.entriesFor,
          tell: ({ kind }) => events.push(kind),
          lifted: () => (lifted += 1),
        },
        await readPauses(store),
      )
    return { clock, store, events, open, lifted: () => lifted }
  }

  it('is paused when its first job ended without a claim, with one notice, also after a restart', async () => {
    const { store, events, open } = await trial()
    const pause = await open()
    await pause.heard(one, unclaimed)
    await pause.heard(two, unclaimed)
    assert.notEqual(pause.since, undefined)
    assert.deepEqual(events, ['paused'])
    assert.equal((await notices(store)).length, 1)
    assert.equal((await open()).since, pause.since)
    assert.deepEqual(
      [...(await readPauses(store)).paused.values()],
      [{ since: pause.since, why: 'FAILED 1:0' }],
    )
  })

  it('is paused when a job runs for a minute and claims nothing', async () => {
    const { clock, open } = await trial()
    const pause = await open()
    await pause.heard(one, started)
    clock.set(clock.now() + 59_000)
    await pause.heard(one, started)
    await pause.heard(two, started)
    assert.equal(pause.since, undefined)
    clock.set(clock.now() + 1000)
    await pause.heard(one, started)
    assert.notEqual(pause.since, undefined)
  })

  const harmless: readonly (readonly [string, JobReport])[] = [
    ['waits', queued],
    ['was cancelled by us', { ...unclaimed, reason: 'cancelled-by-us' }],
    ['cannot be judged', { kind: 'unclear', evidence: '?' }],
    ['is not found', { kind: 'absent', submitter: 'gone', evidence: 'nowhere' }],
  ]
  for (const [what, report] of harmless)
    it(`is not paused for a job that ${what}`, async () => {
      const { open } = await trial()
      const pause = await open()
      await pause.heard(one, report)
      assert.equal(pause.since, undefined)
    })

  it('is never paused once a job has shown itself, also after a restart', async () => {
    const { open, events } = await trial()
    await (await open()).heard(one, running)
    const pause = await open()
    await pause.heard(two, unclaimed)
    assert.equal(pause.since, undefined)
    assert.deepEqual(events, [])
  })

  it('is submitted to again when a job shows itself late, or somebody lifts the pause', async () => {
    for (const end of ['claim', 'lift'] as const) {
      const { open, events, lifted, store } = await trial()
      const pause = await open()
      await pause.heard(one, unclaimed)
      await (end === 'lift' ? pause.lift() : pause.heard(two, running))
      assert.equal(pause.since, undefined)
      assert.deepEqual([events, lifted()], [['paused', 'unpaused'], 1])
      assert.equal((await readPauses(store)).paused.size, 0)
      await pause.lift()
      assert.equal(lifted(), 1)
    }
  })

  it('holds back what waits for it until then', async () => {
    const { clock, host, store, open } = bench({ start: 'by-hand' })
    await store.put([{ kind: 'workspace', key: 'paused/here', value: { since: 0, why: 'FAILED 1:0' } }])
    const monitor = await open()
    await monitor.start(request('a'))
    await clock.advance(60_000)
    assert.equal(host.calls.submit, 0)
    assert.equal(await kindOf(monitor, 'a'), 'submitting')
    assert.equal((await monitor.get(jobKey('a')))?.pausedSince, 0)
    await monitor.liftPause('here')
    await clock.advance(200)
    assert.equal(host.calls.submit, 1)
    await monitor.close()
  })
})
