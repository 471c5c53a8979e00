import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { BulkAnswer, BulkBody } from '../../../src/web/requests.ts'
import { actOnJobs } from '../../../src/web/page/jobs/act-on-jobs.ts'
import { queueTime, runTime } from '../../../src/web/page/jobs/job-times.ts'
import { selectJobs, type JobFilter, type JobOrder } from '../../../src/web/page/jobs/select-jobs.ts'
import { timeBar, timeSpan, timeTicks } from '../../../src/web/page/jobs/time-bars.ts'
import { jobRowOf } from './rows.ts'

const all: JobFilter = { text: '', states: new Set(), destination: '' }
const jobs = [
  jobRowOf('j10', { name: 'digest[10]', state: 'failed', reason: 'out-of-memory', since: 3000 }),
  jobRowOf('j2', { name: 'digest[2]', queuedAt: 100, startedAt: 600 }),
  jobRowOf('gel', { name: 'gel', state: 'queued', destination: 'cluster', queuedAt: 500 }),
]
const names = (filter: Partial<JobFilter>, order: JobOrder) =>
  selectJobs(jobs, { ...all, ...filter }, order, 1000).map((job) => job.name)

describe('the table of jobs', () => {
  it('sorts names with their numbers as numbers, both ways', () => {
    assert.deepEqual(names({}, { column: 'name', down: false }), ['digest[2]', 'digest[10]', 'gel'])
    assert.deepEqual(names({}, { column: 'name', down: true }), ['gel', 'digest[10]', 'digest[2]'])
  })

  it('sorts by what is computed, with those without it first', () => {
    assert.deepEqual(names({}, { column: 'queue', down: false }), ['digest[10]', 'digest[2]', 'gel'])
    assert.deepEqual(names({}, { column: 'since', down: true }), ['digest[10]', 'digest[2]', 'gel'])
  })

  it('filters by words, states and destination', () => {
    const order: JobOrder = { column: 'name', down: false }
    assert.deepEqual(names({ text: 'OUT-OF' }, order), ['digest[10]'])
    assert.deepEqual(names({ states: new Set(['queued', 'running']) }, order), ['digest[2]', 'gel'])
    assert.deepEqual(names({ destination: 'cluster' }, order), ['gel'])
  })

  it('takes ten thousand jobs in one go', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => jobRowOf(`k${index}`))
    const shown = selectJobs(many, all, { column: 'name', down: true }, 0)
    assert.equal(shown[0]?.name, 'k9999')
    assert.equal(shown.length, 10_000)
  })
})

describe('the times of a job', () => {
  it('grow while it waits or runs and stand still afterwards', () => {
    const queued = jobRowOf('a', { state: 'queued', queuedAt: 1000 })
    assert.equal(queueTime(queued, 5000), 4000)
    assert.equal(runTime(queued, 5000), undefined)
    const running = jobRowOf('a', { queuedAt: 1000, startedAt: 2000 })
    assert.equal(queueTime(running, 5000), 1000)
    assert.equal(runTime(running, 5000), 3000)
    const ended = jobRowOf('a', {
      state: 'succeeded',
      queuedAt: 1000,
      startedAt: 2000,
      endedAt: 4000,
      ranFor: 1900,
    })
    assert.equal(runTime(ended, 9000), 1900, 'by its own host')
    const cancelled = jobRowOf('a', { state: 'cancelled', queuedAt: 1000, since: 3000 })
    assert.equal(queueTime(cancelled, 9000), 2000)
  })

  it('are bars within the whole span', () => {
    const job = jobRowOf('a', { submittedAt: 0, queuedAt: 0, startedAt: 500 })
    const span = timeSpan([job], 1000)
    assert.deepEqual(timeBar(job, span, 1000), {
      job,
      queue: { from: 0, to: 0.5 },
      run: { from: 0.5, to: 1 },
    })
    assert.ok(timeTicks({ from: 0, to: 86_400_000 * 30 }).length <= 8)
    assert.ok(timeTicks({ from: 0, to: 1000 }).length >= 1)
  })
})

describe('doing something to many jobs', () => {
  const answers = (kinds: readonly BulkAnswer['results'][number][]) => {
    const sent: BulkBody[] = []
    const bulk = async (body: BulkBody): Promise<BulkAnswer> => {
      sent.push(body)
      return { results: kinds.filter((result) => body.keys.includes(result.key)) }
    }
    return { sent, bulk }
  }

  it('does nothing where the answer is no', async () => {
    const { sent, bulk } = answers([])
    assert.equal(await actOnJobs({ act: 'cancel', keys: ['a'], bulk, ask: async () => false }), undefined)
    assert.deepEqual(sent, [])
  })

  it('asks again for those that runs need, by name, and sends only those', async () => {
    const { sent, bulk } = answers([
      { key: 'a', answer: { kind: 'requested' } },
      { key: 'b', answer: { kind: 'needed', by: [{ run: 'r', name: 'lambda' }] } },
    ])
    const asked: string[] = []
    const ask = async (question: string, _yes: string, more: string) => {
      asked.push(`${question} ${more}`)
      return true
    }
    await actOnJobs({ act: 'cancel', keys: ['a', 'b'], bulk, ask })
    assert.match(asked[1] ?? '', /lambda/)
    assert.deepEqual(sent, [
      { act: 'cancel', keys: ['a', 'b'] },
      { act: 'cancel', keys: ['b'], evenIfNeeded: true },
    ])
  })

  it('says what came of it, refusals with their reason', async () => {
    const { bulk } = answers([
      { key: 'a', answer: { kind: 'requested' } },
      { key: 'b', error: { code: 'unknown-job', message: 'There is no job b.', retryable: false } },
    ])
    const said = await actOnJobs({ act: 'retry', keys: ['a', 'b'], bulk, ask: async () => true })
    assert.equal(said, 'Asked for another attempt of 1 job. 1 job refused: There is no job b.')
  })
})
