import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobKey, runId, type JobKey, type NativeId } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { ExistingJob } from '../../src/modules/module-type.ts'
import type { ExistingJobReport } from '../../src/runners/existing-job-report.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { scriptedRunner } from '../../src/testing/scripted-runner.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { openWaits } from '../../src/workspace/waits.ts'

const minute = 60_000

async function world(says: (id: string) => ExistingJobReport | 'unreachable') {
  const clock = virtualClock()
  const store = memoryStore()
  const over: JobKey[] = []
  const asked: string[][] = []
  const scripted = scriptedRunner({ clock })
  const runner = {
    ...scripted,
    async lookUp(ids: readonly NativeId[]) {
      asked.push([...ids])
      return new Map(
        ids.map((id) => {
          const said = says(id)
          if (said === 'unreachable') throw new Error('unreachable')
          return [id, said] as const
        }),
      )
    },
  }
  const outbox = { entriesFor: () => [], poke() {}, close: async () => {} }
  const open = () => {
    const waits = openWaits({
      store,
      outbox,
      tokenKey: '/nowhere',
      clock,
      logger: silent,
      signal: new AbortController().signal,
      runnerOf: (name) => (name === 'hpc' ? runner : name === 'here' ? scripted : undefined),
      over: (key) => over.push(key),
    })
    const run = { id: runId('r'), name: 'p' }
    return { ...waits, hold: (key: JobKey, wait: ExistingJob) => waits.hold(key, wait, run) }
  }
  const job = (id = '7', destination = 'hpc'): ExistingJob => ({
    kind: 'existing-job',
    destination,
    id,
    accept: 'succeeded',
    since: clock.now(),
  })
  return { clock, over, asked, open, job }
}

const accounted = { result: 'succeeded', code: 0, evidence: 'accounting: done' } as const
const done = { kind: 'ended', ...accounted } as const

describe('a wait for a job that somebody else submitted (J9)', () => {
  it('is over at once where the job has ended, and that is kept', async () => {
    const here = await world(() => done)
    const waits = here.open()
    const held = await waits.hold(jobKey('k'), here.job())
    assert.deepEqual(held, { ...here.job(), end: accounted })
    assert.equal(await waits.isOver(held), true)
    waits.close()
    const later = here.open()
    assert.deepEqual(await later.hold(jobKey('k'), here.job()), held)
    assert.equal(here.asked.length, 1)
    later.close()
    assert.equal(here.clock.timers, 0)
  })

  it('goes on while it runs or nobody can tell, all jobs with one question, ever more rarely', async () => {
    let said: ExistingJobReport | 'unreachable' = { kind: 'open', evidence: 'runs' }
    const here = await world(() => said)
    const waits = here.open()
    for (const id of ['7', '8']) await waits.hold(jobKey(id), here.job(id))
    here.asked.length = 0
    await here.clock.advance(60 * minute)
    assert.ok(here.asked.length > 10 && here.asked.length < 45, `${here.asked.length} questions in an hour`)
    assert.deepEqual(here.asked[0], ['7', '8'])
    said = 'unreachable'
    await here.clock.advance(10 * minute)
    said = { kind: 'unclear', evidence: 'GARBAGE' }
    await here.clock.advance(10 * minute)
    assert.deepEqual(here.over, [])
    said = done
    await here.clock.advance(10 * minute)
    assert.deepEqual(here.over, ['7', '8'])
    const held = await waits.hold(jobKey('7'), here.job())
    assert(held.kind === 'existing-job')
    assert.deepEqual(held.end, accounted)
    waits.close()
    assert.equal(here.clock.timers, 0)
  })

  it('ends with its result unknown once the job is nowhere for a minute, and not before', async () => {
    const here = await world(() => ({ kind: 'nowhere', evidence: 'no row' }))
    const waits = here.open()
    await waits.hold(jobKey('k'), here.job())
    await here.clock.advance(minute - 11_000)
    assert.deepEqual(here.over, [])
    await here.clock.advance(minute)
    assert.deepEqual(here.over, ['k'])
    const held = await waits.hold(jobKey('k'), here.job())
    assert(held.kind === 'existing-job')
    assert.deepEqual(held.end, { result: 'unknown', evidence: 'no row' })
    waits.close()
  })

  it('is refused where the runner knows no jobs but its own, or is not there', async () => {
    const here = await world(() => done)
    const waits = here.open()
    await assert.rejects(waits.hold(jobKey('a'), here.job('7', 'here')), /7 cannot be waited for on `here`/)
    await assert.rejects(waits.hold(jobKey('b'), here.job('7', 'hcp')), /no such destination/)
    waits.close()
  })
})
