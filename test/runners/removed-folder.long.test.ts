import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { nativeId, type Tag } from '../../src/core/ids.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { KnownJob, KnownJobs } from '../../src/runners/runner.ts'
import { eventually, openJobHost, runs, script, type JobHost } from './job-host.ts'

describe('a job whose folder was removed while it runs', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  const lookWith = async (job: Tag, known: KnownJobs): Promise<JobReport | undefined> => {
    const question = { jobs: [job], doubtful: new Set([job]), ranges: [], known }
    return (await host.runner.look(question, {})).reports.get(job)
  }
  const begin = async (text = 'echo $$; exec sleep 600') => {
    const job = await host.submit(script(text))
    const pid = await eventually(async () => {
      const said = Number(await host.read(job, 'run.1/stdout'))
      // With words of its own: without, node parses the whole file for them, for seconds.
      assert.ok(said > 0, 'it said nothing yet')
      return said
    })
    const report = await host.look(job)
    assert.ok(report.kind === 'running' && report.processes !== undefined, JSON.stringify(report))
    const { nativeId: native, incarnation, startedAt, processes } = report
    const known: KnownJob = { nativeId: native, incarnation, startedAt, processes }
    const wrapper = Number((await host.read(job, 'claim.1')).split(',')[3])
    return { job, pid, wrapper, known, all: new Map([[job, known]]) }
  }
  const gone = (job: Tag) => rm(host.path(job), { recursive: true })

  it('runs as long as what an earlier look told of lives, also without its wrapper', async () => {
    const { job, pid, wrapper, known, all } = await begin()
    await gone(job)
    assert.equal((await host.look(job)).kind, 'absent')
    process.kill(wrapper, 'SIGKILL')
    await eventually(async () => assert.equal(await runs(wrapper), false))
    const report = await lookWith(job, all)
    assert.ok(report?.kind === 'running' && report.bereft)
    assert.match(report.evidence, /^its folder is gone from the host, and its processes live$/)
    const { nativeId: native, incarnation, startedAt, processes } = report
    assert.deepEqual({ nativeId: native, incarnation, startedAt, processes }, known)
    process.kill(pid, 'SIGKILL')
    await eventually(async () => assert.equal((await lookWith(job, all))?.kind, 'absent'))
  })

  it('is said to be stopped only when its processes were killed and are seen dead', async () => {
    const { job, pid, wrapper, all } = await begin('trap "" TERM; echo $$; while :; do sleep 0.1; done')
    await gone(job)
    assert.equal((await host.runner.cancel([job], { known: all })).get(job)?.kind, 'stopped')
    assert.deepEqual([await runs(pid), await runs(wrapper)], [false, false])
    // The folder that holds its revocation is no news of an end while processes live.
    assert.equal((await lookWith(job, all))?.kind, 'vanished')
  })

  it('runs where only what it ran in was removed, its claim left', async () => {
    const { job, pid, wrapper, all } = await begin()
    await rm(host.path(job, 'run.1'), { recursive: true })
    process.kill(wrapper, 'SIGKILL')
    await eventually(async () => assert.equal(await runs(wrapper), false))
    assert.equal((await lookWith(job, all))?.kind, 'running')
    assert.equal((await host.runner.cancel([job], { known: all })).get(job)?.kind, 'stopped')
    assert.equal(await runs(pid), false)
  })

  it('is not held for ended where its processes cannot be seen, and is where another has their number', async () => {
    const { job, known, all } = await begin()
    await gone(job)
    const [, boot = '', ...rest] = known.processes?.split(',') ?? []
    const told = (processes: string) => new Map([[job, { ...known, processes }]])
    const elsewhere = told(['elsewhere', boot, ...rest].join(','))
    const report = await lookWith(job, elsewhere)
    assert.match(report?.kind === 'running' ? report.evidence : '', /cannot be seen from here/)
    assert.equal((await host.runner.cancel([job], { known: elsewhere })).get(job)?.kind, 'pending')
    const [here = ''] = known.processes?.split(',') ?? []
    assert.equal((await lookWith(job, told([here, 'earlier', ...rest].join(','))))?.kind, 'vanished')
    assert.equal((await host.runner.cancel([job], { known: all })).get(job)?.kind, 'stopped')
  })

  it('is found by its native id where no look saw it run', async () => {
    const { job, known, all } = await begin()
    await gone(job)
    const queued = (native: string) =>
      new Map([[job, { nativeId: nativeId(native), incarnation: 0, startedAt: 0 }]])
    assert.equal((await lookWith(job, queued(known.nativeId ?? '')))?.kind, 'queued')
    assert.equal((await lookWith(job, queued('1-1')))?.kind, 'absent')
    await host.runner.cancel([job], { known: all })
  })
})
