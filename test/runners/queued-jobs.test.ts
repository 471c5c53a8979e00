import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import type { JobReport } from '../../src/runners/job-report.ts'
import type { Runner } from '../../src/runners/runner.ts'
import { openSimulatedHost, type SimulatedHost } from '../testing/scheduler-simulator/simulated-host.ts'
import { eventually, script, submission } from './job-host.ts'

const name = tag('jone')

/** Under one simulated scheduler: what each kind has in common is asked of one. */
async function on(
  act: (host: SimulatedHost) => Promise<void>,
  more: Parameters<typeof openSimulatedHost>[1] = {},
): Promise<void> {
  const host = await openSimulatedHost('slurm', more)
  try {
    await act(host)
  } finally {
    await host.close()
  }
}

async function look(runner: Runner, job: Tag = name): Promise<JobReport> {
  const all = new Set([job])
  const { reports } = await runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})
  return reports.get(job) ?? assert.fail('no report')
}

function until<K extends JobReport['kind']>(runner: Runner, ...kinds: readonly K[]) {
  return eventually(async () => {
    const report = await look(runner)
    const kind = kinds.find((one) => one === report.kind)
    assert.ok(kind !== undefined, JSON.stringify(report))
    return report
  })
}

async function submit({ runner, job }: SimulatedHost, seconds = 0): Promise<string> {
  const answer = (await runner.submit([job(name, seconds)], {})).get(name)
  assert.ok(answer?.kind === 'accepted', JSON.stringify(answer))
  return answer.nativeId
}

describe('a job of a scheduler', () => {
  it('is queued, runs and ends, by one command of the scheduler for all of it', () =>
    on(async (host) => {
      await submit(host)
      const all = new Set([name])
      const began = Date.now()
      let commands = 0
      const report = await eventually(async () => {
        const answer = await host.runner.look({ jobs: all, doubtful: new Set(), ranges: [] }, {})
        commands += answer.commands ?? 0
        const said = answer.reports.get(name)
        assert.ok(said?.kind === 'ended', JSON.stringify(said))
        return said
      })
      assert.deepEqual(report.exit, { kind: 'code', code: 0 })
      // The scheduler may be asked again after 30 s, and time goes by a hundred times as fast here.
      const most = 2 + Math.floor((Date.now() - began) / 300)
      assert.ok(commands <= most, `${commands} commands`)
    }))

  it('that its scheduler ends has the reason that accounting gives', async () => {
    const ends = {
      walltime: 'walltime',
      'out-of-memory': 'out-of-memory',
    } as const
    for (const [cause, reason] of Object.entries(ends))
      await on(async (host) => {
        const id = await submit(host, 60)
        await until(host.runner, 'running')
        assert.ok(cause === 'walltime' || cause === 'out-of-memory')
        await host.simulator.kill(id, cause)
        const report = await until(host.runner, 'ended', 'vanished')
        const said =
          report.kind === 'ended' ? report.exit.reason : report.kind === 'vanished' && report.reason
        assert.equal(said, reason, JSON.stringify(report))
        assert.match('evidence' in report ? report.evidence : '', new RegExp(`\\b${id}\\|`))
      })
  })

  it('that is put back runs again in a fresh incarnation, and is never held for over between', () =>
    on(
      async (host) => {
        const text = 'case $PWD in */run.1/*) exec sleep 600 ;; esac'
        const answer = (await host.runner.submit([submission(name, script(text))], {})).get(name)
        assert.ok(answer?.kind === 'accepted')
        await until(host.runner, 'running')
        await host.simulator.requeue(answer.nativeId)
        const report = await until(host.runner, 'ended', 'vanished', 'absent')
        assert.ok(report.kind === 'ended' && report.incarnation === 2, JSON.stringify(report))
        assert.deepEqual(report.exit, { kind: 'code', code: 0 })
      },
      { requeue: true },
    ))

  it('whose node is cut off runs on, though the scheduler gave it up', () =>
    on(async (host) => {
      const id = await submit(host, 1)
      await until(host.runner, 'running')
      await host.simulator.partition(id)
      const report = await until(host.runner, 'ended', 'vanished', 'absent')
      assert.ok(report.kind === 'ended' && report.incarnation === 1, JSON.stringify(report))
      assert.equal(await host.executions(name), 1)
    }))

  it('is not held for gone while the scheduler cannot be asked, or answers nonsense', () =>
    on(async (host) => {
      await submit(host, 60)
      await until(host.runner, 'running')
      for (const faults of [{ down: true }, { garbage: true }, { accountingDown: true }] as const) {
        await host.simulator.faults.set(faults)
        const { kind } = await look(host.runner)
        assert.ok(kind === 'running' || kind === 'unclear', kind)
      }
      await host.simulator.faults.set({})
      assert.equal((await host.runner.cancel([name], {})).get(name)?.kind, 'stopped')
    }))

  it('that waits in the queue is taken out of it when it is cancelled, and never runs', () =>
    on(
      async (host) => {
        const first = tag('jfirst')
        await host.runner.submit([host.job(first, 60)], {})
        await eventually(async () => assert.equal((await host.simulator.jobs())[0]?.phase, 'running'))
        const id = await submit(host)
        assert.equal((await until(host.runner, 'queued')).kind, 'queued')
        const answers = await host.runner.cancel([name, first], {})
        assert.deepEqual(
          [...answers.values()].map(({ kind }) => kind),
          ['stopped', 'stopped'],
        )
        const phases = (await host.simulator.jobs()).map((job) => [job.id === id, job.phase])
        assert.deepEqual(phases, [
          [false, 'cancelled'],
          [true, 'cancelled'],
        ])
        assert.equal(await host.executions(name), 0)
        await host.runner.clean([name, first], {})
        assert.equal((await until(host.runner, 'absent')).kind, 'absent')
      },
      { slots: 1 },
    ))

  it('stays to be cancelled where the scheduler does not take it', () =>
    on(async (host) => {
      await submit(host, 60)
      await until(host.runner, 'running')
      await host.simulator.faults.set({ down: true })
      const answer = (await host.runner.cancel([name], {})).get(name)
      assert.equal(answer?.kind, 'pending')
      await host.simulator.faults.set({})
      assert.equal((await host.runner.cancel([name], {})).get(name)?.kind, 'stopped')
    }))

  it('is refused, or put off, in the words of the scheduler, and the jobs behind it with it', () =>
    on(async (host) => {
      const other = tag('jother')
      const both = [host.job(name), host.job(other)]
      const kinds = async () => [...(await host.runner.submit(both, {})).values()].map(({ kind }) => kind)
      await host.simulator.faults.set({ queueFull: true })
      assert.deepEqual(await kinds(), ['not-tried', 'not-tried'])
      await host.simulator.faults.set({ refuses: { times: 1 } })
      assert.deepEqual(await kinds(), ['refused', 'accepted'])
      await host.simulator.faults.set({})
      const again = await host.runner.submit([host.job(tag('jthird'))], {})
      assert.equal(again.get(tag('jthird'))?.kind, 'accepted')
    }))

  it('that its command alone ended keeps its own code', () =>
    on(async ({ runner }) => {
      await runner.submit([submission(name, script('kill -KILL $$'))], {})
      const report = await until(runner, 'ended', 'vanished', 'absent')
      assert.ok(report.kind === 'ended' && report.exit.reason === undefined, JSON.stringify(report))
    }))
})
