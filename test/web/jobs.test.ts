import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobAnswer, jobList } from '../../src/web/contract.ts'
import { hostList } from '../../src/web/host-contract.ts'
import { bulkAnswer } from '../../src/web/requests.ts'
import { bench } from '../workspace/bench.ts'
import { desk, keyOf, running, sampleJob, seed, succeeded } from './desk.ts'

describe('the table of jobs', () => {
  it('filters, sorts and counts', async () => {
    const on = await bench()
    const failed = {
      kind: 'failed',
      since: 50,
      reason: 'out-of-memory',
      message: 'it needs more',
      incarnation: 1,
    } as const
    await seed(on.folder, [
      sampleJob('quick', succeeded(10, 20)),
      sampleJob('slow', succeeded(5, 500)),
      sampleJob('broken', failed, { destination: 'hpc' }),
    ])
    const { get } = desk(await on.read())
    const names = async (query: string) =>
      (await get(`api/jobs?${query}`, jobList)).jobs.map(({ name }) => name)
    assert.deepEqual(await names('sort=name'), ['broken', 'quick', 'slow'])
    assert.deepEqual(await names('sort=-name'), ['slow', 'quick', 'broken'])
    assert.deepEqual(await names('sort=-runTime'), ['slow', 'quick', 'broken'])
    assert.deepEqual(await names('state=failed,lost'), ['broken'])
    assert.deepEqual(await names('destination=local&sort=name'), ['quick', 'slow'])
    assert.deepEqual(await names('q=MEMORY'), ['broken'])
    assert.deepEqual(await names('sort=name&limit=1&offset=1'), ['quick'])
    const all = await get('api/jobs?q=o&limit=1', jobList)
    assert.deepEqual(
      [all.total, all.states, all.destinations],
      [2, { succeeded: 2, failed: 1 }, ['hpc', 'local']],
    )
  })

  it('serves 10,000 rows from what it holds: a second answer reads no records', async () => {
    const on = await bench()
    const jobs = Array.from({ length: 10_000 }, (_, n) => sampleJob(`align[${n}] s${n}`, succeeded(n, n + 5)))
    await seed(on.folder, jobs)
    const view = await on.read()
    let readings = 0
    const counted = {
      ...view,
      jobs: () => (readings++, view.jobs()),
      job: (key: Parameters<typeof view.job>[0]) => (readings++, view.job(key)),
    }
    const { get } = desk(counted)
    const first = await get('api/jobs?sort=name', jobList)
    assert.deepEqual([first.jobs.length, first.total], [10_000, 10_000])
    assert.deepEqual(
      (await get('api/jobs?sort=startedAt&limit=2&offset=9998', jobList)).jobs.map(({ name }) => name),
      ['align[9998] s9998', 'align[9999] s9999'],
    )
    assert.equal(readings, 0)
    assert.ok(JSON.stringify(first.jobs).length / 10_000 < 500, 'a row is small')
  }).timeout(60_000)

  it('shows one job with attempts, history and evidence', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', succeeded(10, 20))])
    const { get } = desk(await on.read())
    const { job, attempts, history, neededBy } = await get(`api/jobs/${keyOf('a')}`, jobAnswer)
    assert.deepEqual([job.name, job.ranFor, job.endedAt], ['a', 10, 20])
    assert.deepEqual(
      attempts.map(({ attempt, state }) => [attempt, state.kind]),
      [[1, 'succeeded']],
    )
    assert.deepEqual(
      history.map(({ to, evidence }) => [to, evidence.text]),
      [['succeeded', 'seeded']],
    )
    assert.deepEqual(neededBy, [])
  })

  it('does one act for many, each with its own answer', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', succeeded(1, 2)), sampleJob('b', succeeded(1, 2))])
    const { post, get } = desk(await on.read())
    const keys = [keyOf('a'), keyOf('b'), 'no-such-job']
    const cancelled = await post('api/jobs/bulk', { act: 'cancel', keys })
    const { results } = bulkAnswer.parse(await cancelled.json())
    assert.deepEqual(
      results.map((one) => ('answer' in one ? one.answer : one.error.code)),
      [{ kind: 'ended', state: 'succeeded' }, { kind: 'ended', state: 'succeeded' }, 'unknown-job'],
    )
    await post('api/jobs/bulk', { act: 'discard', keys: [keyOf('a')] })
    assert.equal(
      (await get('api/jobs', jobList)).jobs.some(({ name }) => name === 'b'),
      true,
    )
  }).timeout(20_000)

  it('counts open jobs by destination, with what is configured', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', running(5)), sampleJob('b', succeeded(1, 2))])
    const { get } = desk(await on.read())
    const { hosts } = await get('api/hosts', hostList)
    const here = hosts.find(({ destination }) => destination === 'local')
    assert.deepEqual(here?.jobs, { running: 1 })
    assert.equal(
      here?.limits.some(({ what }) => what === 'cores'),
      true,
    )
  })
})
