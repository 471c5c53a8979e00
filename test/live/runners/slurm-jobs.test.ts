import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { tag, type Tag } from '../../../src/core/ids.ts'
import { quote } from '../../../src/core/quote.ts'
import type { JobReport } from '../../../src/runners/job-report.ts'
import { slurm } from '../../../src/runners/slurm.ts'
import { eventually, script, submission } from '../../runners/job-host.ts'
import { absent } from '../servers/servers.ts'
import { openLiveRunner, type LiveRunner } from './live-runner.ts'

describe('a job of a real Slurm', () => {
  let live: LiveRunner
  before(async () => {
    assert.equal(absent('slurm') ?? absent('sshd'), undefined)
    live = await openLiveRunner(slurm({ requeue: true }))
  })
  after(() => live.close())

  const jobs: Tag[] = []
  const submit = async (text: string) => {
    const job = tag(`jl${Date.now().toString(36)}${jobs.length}`)
    jobs.push(job)
    const answer = (await live.runner.submit([submission(job, script(text))], {})).get(job)
    assert.ok(answer?.kind === 'accepted', JSON.stringify(answer))
    return { job, id: answer.nativeId }
  }
  const look = async (job: Tag): Promise<JobReport> => {
    const all = new Set([job])
    const { reports } = await live.runner.look({ jobs: all, doubtful: all, urgent: all, ranges: [] }, {})
    return reports.get(job) ?? assert.fail('no report')
  }
  const until = async (job: Tag, ...kinds: readonly JobReport['kind'][]): Promise<JobReport> => {
    for (let turn = 0; ; turn++)
      try {
        return await eventually(async () => {
          const report = await look(job)
          assert.ok(kinds.includes(report.kind), JSON.stringify(report))
          return report
        })
      } catch (error) {
        if (turn === 3) throw error
      }
  }
  /** As if the node were a machine that the login host cannot look into. */
  const moveAway = async (job: Tag) => {
    const path = join(live.shared, 'work/live', job, 'claim.1')
    const fields = (await readFile(path, 'utf8')).split(',')
    await writeFile(path, [...fields.slice(0, 2), 'node77/1', ...fields.slice(3)].join(','))
    return fields
  }

  it('that is put back and held is said to be held, until it is let go', async () => {
    const { job, id } = await submit('sleep 2')
    await until(job, 'running')
    await live.run(`scontrol requeuehold ${id}`)
    const report = await until(job, 'held')
    assert.match('evidence' in report ? report.evidence : '', /held/i)
    await live.run(`scontrol release ${id}`)
    const end = await until(job, 'ended')
    assert.ok(end.kind === 'ended' && end.incarnation === 2, JSON.stringify(end))
  })

  it('that is put back runs again in a fresh incarnation', async () => {
    const go = `${live.shared}/go`
    const { job, id } = await submit(`while [ ! -e ${quote(go)} ]; do sleep 0.2; done`)
    await until(job, 'running')
    await live.run(`scontrol requeue ${id}`)
    await until(job, 'queued')
    await writeFile(go, '')
    const report = await until(job, 'ended')
    assert.ok(report.kind === 'ended' && report.incarnation === 2, JSON.stringify(report))
  })

  it('that was killed with its wrapper on a node that cannot be seen ends by the word of accounting', async () => {
    const { job, id } = await submit('sleep 300')
    await until(job, 'running')
    const wrapper = Number((await moveAway(job))[3])
    assert.equal((await look(job)).kind, 'quiet')
    process.kill(wrapper, 'SIGKILL')
    const report = await until(job, 'vanished', 'ended')
    assert.ok(report.kind === 'vanished', JSON.stringify(report))
    assert.match(report.evidence, new RegExp(`\\b${id}\\|FAILED\\|`))
  })

  it('that runs on a node that cannot be seen is stopped by its scheduler', async () => {
    const { job } = await submit("trap '' TERM; sleep 300 & wait; sleep 300")
    await until(job, 'running')
    await moveAway(job)
    await eventually(async () => {
      const answer = (await live.runner.cancel([job], {})).get(job)
      assert.equal(answer?.kind, 'stopped', answer?.evidence)
    })
    await live.runner.clean([job], {})
  })
})
