import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { Runner, Submission } from '../../src/runners/runner.ts'
import { eventually } from '../../src/testing/eventually.ts'
import {
  openSimulatedHost,
  type Dialect,
  type SimulatedHost,
} from '../testing/scheduler-simulator/simulated-host.ts'
import { script, submission } from './job-host.ts'

const dialects: readonly Dialect[] = ['slurm', 'gridengine', 'pbs']
const tags = ['jone', 'jtwo', 'jthree', 'jfour'].map((name) => tag(name))
const [one, two, three] = tags
assert.ok(one !== undefined && two !== undefined && three !== undefined)

async function on(
  dialect: Dialect,
  act: (host: SimulatedHost) => Promise<void>,
  more: Parameters<typeof openSimulatedHost>[1] = {},
): Promise<void> {
  const host = await openSimulatedHost(dialect, { arrays: {}, ...more })
  try {
    await act(host)
  } finally {
    await host.close()
  }
}

async function submit(runner: Runner, jobs: readonly Submission[]): Promise<ReadonlyMap<Tag, string>> {
  const answers = await runner.submit(jobs, {})
  return new Map(
    jobs.map((job) => {
      const answer = answers.get(job.tag)
      assert.ok(answer?.kind === 'accepted', JSON.stringify(answer))
      return [job.tag, answer.nativeId]
    }),
  )
}

async function look(runner: Runner, jobs: readonly Tag[]): Promise<ReadonlyMap<Tag, JobReport>> {
  const all = new Set(jobs)
  return (await runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})).reports
}

/** Looks until each of the jobs is as wanted. */
async function until(runner: Runner, jobs: readonly Tag[], isSo: (report: JobReport) => boolean) {
  return eventually('all are as wanted', 60_000, async () => {
    const reports = await look(runner, jobs)
    const isAsWanted = (job: Tag) => isSo(reports.get(job) ?? { kind: 'quiet' })
    return jobs.every(isAsWanted) ? reports : undefined
  })
}

const isEnded = ({ kind }: JobReport) => kind === 'ended'

describe('jobs that go as an array', () => {
  for (const dialect of dialects)
    it(`are one submission on ${dialect}, and each has its own id, end and folder`, () =>
      on(dialect, async (host) => {
        const { runner } = host
        const jobs = tags.map((name) => (name === two ? submission(name, script('exit 3')) : host.job(name)))
        const ids = await submit(runner, jobs)
        assert.equal(await host.submissions(), 1)
        assert.equal(new Set(ids.values()).size, 4)
        const reports = await until(runner, tags, isEnded)
        const codes = tags.map((name) => {
          const report = reports.get(name)
          return report?.kind === 'ended' && report.exit.kind === 'code' ? report.exit.code : undefined
        })
        assert.deepEqual(codes, [0, 3, 0, 0])
        assert.deepEqual(new Set((await host.simulator.jobs()).map(({ id }) => id)), new Set(ids.values()))
        // Asked for again, as after a doubt, they are known; what is tried again is a job of its own.
        await submit(runner, jobs)
        await submit(runner, [host.job(tag('jagain'))])
        assert.equal(await host.submissions(), 2)
        await until(runner, [tag('jagain')], isEnded)
        assert.deepEqual(await Promise.all([...tags, tag('jagain')].map(host.executions)), [1, 0, 1, 1, 1])
      }))

  it('are cancelled one by one, also where they wait, and the others go on', () =>
    on(
      'slurm',
      async ({ runner, job, executions }) => {
        await submit(runner, [job(one, 60), job(two), job(three)])
        await until(runner, [two], ({ kind }) => kind === 'queued')
        const answers = await runner.cancel([two, one], {})
        assert.deepEqual(
          [...answers.values()].map(({ kind }) => kind),
          ['stopped', 'stopped'],
        )
        await until(runner, [three], isEnded)
        assert.deepEqual(await Promise.all([two, three].map(executions)), [0, 1])
      },
      { slots: 1 },
    ))

  it('go alone where the scheduler takes no array, and smaller arrays are tried next', () =>
    on('gridengine', async (host) => {
      await host.simulator.faults.set({ refusesArrays: { times: 1 } })
      await submit(
        host.runner,
        tags.map((name) => host.job(name)),
      )
      assert.equal(await host.submissions(), 4)
      const more = ['jfive', 'jsix', 'jseven'].map((name) => tag(name))
      await submit(
        host.runner,
        more.map((name) => host.job(name)),
      )
      assert.equal(await host.submissions(), 6)
      await until(host.runner, [...tags, ...more], isEnded)
      assert.deepEqual(
        await Promise.all([...tags, ...more].map(host.executions)),
        [...tags, ...more].map(() => 1),
      )
    }))

  it('are those alone that ask for the same', () =>
    on('slurm', async (host) => {
      const large = { resources: { memory: '256 MiB' } }
      const jobs = [host.job(one), submission(two, script('true', large)), host.job(three)]
      const ids = await submit(host.runner, jobs)
      assert.equal(await host.submissions(), 2)
      assert.deepEqual([...ids.values()], ['1_1', '3', '1_2'])
    }))

  it('leave no folder of the array behind when the last of them is cleaned away', () =>
    on('pbs', async ({ runner, job, arrays }) => {
      await submit(runner, [job(one), job(two)])
      await until(runner, [one, two], isEnded)
      await runner.clean([one], {})
      assert.equal((await arrays()).length, 1)
      await runner.clean([two], {})
      assert.equal((await arrays()).length, 0)
    }))
})
