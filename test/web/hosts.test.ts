import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Subject } from '../../src/monitor/observables.ts'
import { tag } from '../../src/core/ids.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { jobAnswer, jobList } from '../../src/web/contract.ts'
import { diskList, hostList } from '../../src/web/host-contract.ts'
import type { DiskUse } from '../../src/workspace/disk-report.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import type { WorkspaceEvent, WorkspaceView } from '../../src/workspace/workspace.ts'
import { bench } from '../workspace/bench.ts'
import { desk, keyOf, running, sampleJob, seed } from './desk.ts'

const spared = { until: 2_000_000_000_000, why: '10 GiB of 10 GiB went to hpc in the last hour' }

describe('hosts', () => {
  it('say what is spent of their budgets, and until when they are left alone, as their jobs do', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', running(5))])
    const store = await lowdbStore(stateFolder(on.folder).records)
    await store.put([{ kind: 'workspace', key: 'spared/local', value: spared }])
    await store.close()
    const view = await on.read()
    const none = { used: 0 }
    const budget = {
      connections: { used: 3, limit: 100 },
      schedulerCommands: { used: 2, limit: 12 },
      schedulerCommandsInDoubt: none,
      bytes: { used: 1024 },
    }
    const facts = new Map([
      ['local', { runner: 'local', limits: {} }],
      ['hpc', { runner: 'slurm', limits: {} }],
    ])
    const { get } = desk({
      ...view,
      destinations: () => facts,
      budgets: async () => new Map([['hpc', budget]]),
    })
    const { hosts } = await get('api/hosts', hostList)
    assert.deepEqual(
      hosts.map(({ destination, runner }) => [destination, runner]),
      [
        ['hpc', 'slurm'],
        ['local', 'local'],
      ],
    )
    assert.deepEqual(hosts[0]?.budget, [
      { what: 'connections', used: 3, limit: 100 },
      { what: 'scheduler-commands', used: 2, limit: 12 },
      { what: 'scheduler-commands-in-doubt', used: 0 },
      { what: 'bytes', used: 1024 },
    ])
    assert.deepEqual([hosts[1]?.budget, hosts[1]?.spared], [[], spared])
    assert.deepEqual((await get('api/jobs', jobList)).jobs[0]?.spared, spared)
  })

  it('read their books once for all who ask within some seconds', async () => {
    const on = await bench()
    await seed(on.folder, [])
    const view = await on.read()
    let read = 0
    const { get } = desk({ ...view, budgets: async () => (read++, new Map()) })
    await Promise.all([get('api/hosts', hostList), get('api/hosts', hostList)])
    await get('api/hosts', hostList)
    assert.equal(read, 1)
  })

  it('answer nothing of budgets where jobs are plain processes of this machine', async () => {
    const on = await bench()
    await seed(on.folder, [])
    assert.deepEqual([...(await (await on.read()).budgets()).keys()], [])
  })
})

describe('the disk of hosts', () => {
  it('is asked for once a minute, names the largest folders and sums up the others', async () => {
    const on = await bench()
    await seed(on.folder, [])
    const view = await on.read()
    let asked = 0
    const attempts = Array.from({ length: 60 }, (_, n) => ({ tag: tag(`t${n}`), bytes: 100 - n }))
    const failed = { at: 5, why: 'something of it runs', times: 2 }
    const uses: readonly DiskUse[] = [
      {
        destinations: ['local'],
        host: 'this machine',
        found: { kind: 'measured', folder: '/work', attempts, cache: 7, leftovers: 0, free: 1e9 },
        toRemove: [
          { destination: 'local', tag: 't1', due: 9 },
          { destination: 'local', tag: 't2', due: 4 },
          { destination: 'local', tag: 't3', due: 3, failed },
        ],
      },
      { destinations: ['hpc'], host: 'ada@hpc', found: { kind: 'unreachable', why: 'no' }, toRemove: [] },
    ]
    const { get } = desk({ ...view, disk: async () => (asked++, uses) })
    const first = await get('api/disk', diskList)
    assert.equal((await get('api/disk', diskList)).measuredAt, first.measuredAt)
    assert.equal(asked, 1)
    const [here, there] = first.machines
    assert.ok(here?.found.kind === 'measured')
    assert.equal(here.found.attempts.length, 50)
    assert.deepEqual(here.found.others, { count: 10, bytes: 455 })
    assert.deepEqual(here.toRemove, {
      waiting: 2,
      firstDue: 4,
      failed: [{ destination: 'local', tag: 't3', ...failed }],
    })
    assert.deepEqual(there?.found, { kind: 'unreachable', why: 'no' })
  })

  it('is asked for again after a failure', async () => {
    const on = await bench()
    await seed(on.folder, [])
    const view = await on.read()
    let isBusy = true
    const disk: WorkspaceView['disk'] = async () => {
      if (isBusy) throw new Error('the workspace is busy')
      return []
    }
    const { ask, get } = desk({ ...view, disk })
    assert.equal((await ask('api/disk')).status, 500)
    isBusy = false
    assert.deepEqual((await get('api/disk', diskList)).machines, [])
  })
})

describe('a job whose files are on their way', () => {
  const told = async (view: WorkspaceView) => {
    const events = new Subject<WorkspaceEvent>()
    const asked = desk({ ...view, events$: events.asObservable() })
    await asked.get('api/jobs', jobList) // from now on it listens
    return { ...asked, events }
  }

  it('says how far they are, in the way that its state has', async () => {
    const on = await bench()
    await seed(on.folder, [sampleJob('a', { kind: 'submitting', since: 1 }), sampleJob('b', running(5))])
    const { get, events } = await told(await on.read())
    const travel = { way: 'there', done: 5, total: 10 } as const
    events.next({ kind: 'staging', key: keyOf('a'), ...travel })
    const { jobs } = await get('api/jobs?sort=name', jobList)
    assert.deepEqual(
      jobs.map((job) => job.travel),
      [travel, undefined],
    )
    assert.deepEqual((await get(`api/jobs/${keyOf('a')}`, jobAnswer)).job.travel, travel)
  })

  it('tells why it is gone while what it printed is brought home', async () => {
    const on = await bench()
    const gone = { reason: 'node-failure', message: 'its node failed' } as const
    await seed(on.folder, [sampleJob('a', { kind: 'fetching', since: 1, incarnation: 1, gone })])
    const { get } = desk(await on.read())
    const [job] = (await get('api/jobs', jobList)).jobs
    assert.deepEqual([job?.state, job?.reason, job?.message], ['fetching', gone.reason, gone.message])
  })
})
