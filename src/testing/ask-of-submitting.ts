import assert from 'node:assert/strict'
import { quote } from '../core/quote.ts'
import { readTextIfThere, write } from '../core/system/files.ts'
import { eventually } from './eventually.ts'
import type { Ask } from './harness.ts'
import type { PatientRunner } from './runner-subject.ts'
import { ended, newTag, reportOf, running, submission, submitted, trial, waitFor } from './trial-job.ts'

/** Whether every job runs once, whoever submits it how often, and is known again afterwards. */
export function askOfSubmitting(ask: Ask<PatientRunner>): void {
  askOfOnce(ask)
  askOfKnowing(ask)
}

function askOfOnce(ask: Ask<PatientRunner>): void {
  ask('gives one answer for each job submitted', async ({ runner, patience }) => {
    const jobs = [0, 1, 2, 3, 4].map((code) => submission(trial(`exit ${code}`)))
    const answers = await runner.submit(jobs, {})
    assert.deepEqual([...answers.keys()].toSorted(), jobs.map(({ tag }) => tag).toSorted())
    for (const [code, { tag }] of jobs.entries())
      assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code })
  })

  ask(
    'runs a job once, though it is submitted again while it runs and when it has ended',
    async (subject) => {
      const { runner, shared, patience } = subject
      const job = submission(trial(`echo ran >> ${quote(`${shared}/ran`)}; ${waitFor(`${shared}/go`)}`))
      await runner.submit([job], {})
      await running(runner, job.tag, patience)
      await runner.submit([job], {})
      await write(`${shared}/go`, '')
      const first = await ended(runner, job.tag, patience)
      await runner.submit([job], {})
      await later(subject)
      assert.equal(await readTextIfThere(`${shared}/ran`), 'ran\n')
      assert.equal((await ended(runner, job.tag, patience)).incarnation, first.incarnation)
    },
  )

  ask('runs a job once, though two submit it at the same time', async (subject) => {
    const { runner, shared, patience } = subject
    const other = await subject.again()
    const job = submission(trial(`echo ran >> ${quote(`${shared}/ran`)}`))
    await Promise.allSettled([runner.submit([job], {}), other.submit([job], {})])
    await ended(other, job.tag, patience)
    await later(subject)
    await other.close()
    assert.equal(await readTextIfThere(`${shared}/ran`), 'ran\n')
  })
}

function askOfKnowing(ask: Ask<PatientRunner>): void {
  ask('leaves jobs running when it is closed, and knows them when it is opened again', async (subject) => {
    const { runner, shared, patience } = subject
    const tag = await submitted(runner, trial(`${waitFor(`${shared}/go`)}; exit 5`))
    await runner.close()
    await runner.close()
    const other = await subject.again()
    const report = await running(other, tag, patience)
    await write(`${shared}/go`, '')
    const end = await ended(other, tag, patience)
    await other.close()
    assert.deepEqual(end.exit, { kind: 'code', code: 5 })
    assert.equal(end.incarnation, report.incarnation)
  })

  ask('gives one report for each job asked, and says absent of a stranger', async ({ runner, patience }) => {
    const known = await submitted(runner, trial(':'))
    await ended(runner, known, patience)
    const strangers = [newTag(), newTag()]
    const jobs = [strangers[0] ?? known, known, strangers[1] ?? known]
    const all = new Set(jobs)
    // A scheduler that may not be asked at once leaves it at nothing new.
    const kinds = await eventually('word of strangers', patience, async () => {
      const { reports } = await runner.look({ jobs, doubtful: all, urgent: all, ranges: [] }, {})
      assert.deepEqual([...reports.keys()].toSorted(), jobs.toSorted())
      const said = jobs.map((tag) => reports.get(tag)?.kind)
      return said.includes('quiet') ? undefined : said
    })
    assert.deepEqual(kinds, ['absent', 'ended', 'absent'])
  })

  ask(
    'claims nothing of a machine that cannot be reached, and has lost nothing afterwards',
    async (subject) => {
      const { runner, reachable, patience } = subject
      const tag = await submitted(runner, trial('exit 3'))
      await ended(runner, tag, patience)
      reachable(false)
      await assert.rejects(reportOf(runner, tag), { retryable: true })
      const stranger = submission(trial(':'))
      // To reject says that nobody knows, which is as good as saying it job by job.
      const said = await runner.submit([stranger], {}).catch(() => undefined)
      assert.notEqual(said?.get(stranger.tag)?.kind, 'accepted')
      const stopped = await runner.cancel([tag], {}).catch(() => undefined)
      assert.notEqual(stopped?.get(tag)?.kind, 'stopped')
      reachable(true)
      assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code: 3 })
    },
  )

  ask(
    'forgets a job that was cleaned away, and takes cleaning it again for no fault',
    async ({ runner, patience }) => {
      const tag = await submitted(runner, trial(':'))
      await ended(runner, tag, patience)
      await runner.clean([tag, newTag()], {})
      await runner.clean([tag], {})
      const kind = await eventually('word of a job that was cleaned away', patience, async () => {
        const { kind: said } = await reportOf(runner, tag)
        return said === 'quiet' ? undefined : said
      })
      assert.equal(kind, 'absent')
    },
  )
}

/** Whatever was started before has had its time once another job was run to its end. */
async function later({ runner, patience }: PatientRunner): Promise<void> {
  await ended(runner, await submitted(runner, trial('sleep 0.3')), patience)
}
