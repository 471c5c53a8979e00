import assert from 'node:assert/strict'
import { write } from '../core/system/files.ts'
import { eventually } from './eventually.ts'
import type { Ask } from './harness.ts'
import type { PatientRunner } from './runner-subject.ts'
import { ended, reportOf, running, submitted, trial, waitFor } from './trial-job.ts'

/** Whether what is said of a job follows from evidence alone. */
export function askOfEnds(ask: Ask<PatientRunner>): void {
  ask('gives the exit code of a job, with times and evidence', async ({ runner, patience }) => {
    for (const code of [0, 1, 255]) {
      const end = await ended(runner, await submitted(runner, trial(`exit ${code}`)), patience)
      assert.deepEqual(end.exit, { kind: 'code', code })
      assert.ok(end.startedAt > 0 && end.endedAt >= end.startedAt, `${end.startedAt} to ${end.endedAt}`)
      assert.notEqual(end.evidence, '')
      assert.ok(end.incarnation >= 1)
    }
  })

  ask('tells a signal from an exit code', async ({ runner, patience }) => {
    const { exit } = await ended(runner, await submitted(runner, trial('kill -KILL $$')), patience)
    assert.equal(exit.kind, 'signal')
    assert.match(exit.kind === 'signal' ? exit.signal : '', /KILL|^9$/)
  })

  ask('says that a job runs, since when and under what name, for as long as it does', async (subject) => {
    const { runner, shared, patience } = subject
    const tag = await submitted(runner, trial(waitFor(`${shared}/go`)))
    const first = await running(runner, tag, patience)
    assert.ok(first.nativeId !== '' && first.startedAt > 0 && first.evidence !== '')
    const second = await reportOf(runner, tag)
    assert.deepEqual(second.kind === 'running' && second.nativeId, first.nativeId)
    await write(`${shared}/go`, '')
    assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code: 0 })
  })

  ask('never gives exit code 0 to a job that was killed together with its wrapper', async (subject) => {
    const { runner, patience } = subject
    const tag = await submitted(runner, trial('kill -KILL $PPID; kill -KILL $$'))
    const report = await eventually('news of the killed job', patience, async () => {
      const news = await reportOf(runner, tag)
      return news.kind === 'ended' || news.kind === 'vanished' ? news : undefined
    })
    assert.notDeepEqual(report.kind === 'ended' && report.exit, { kind: 'code', code: 0 })
    assert.notEqual(report.evidence, '')
  })

  ask(
    'gives the same end as often as it is asked, also after it was settled',
    async ({ runner, patience }) => {
      const tag = await submitted(runner, trial('exit 4'))
      const end = await ended(runner, tag, patience)
      await runner.settle([tag], {})
      await runner.settle([tag], {})
      assert.deepEqual((await ended(runner, tag, patience)).exit, end.exit)
    },
  )

  ask('tells of an end also when nobody is in doubt, until it was settled', async ({ runner, patience }) => {
    const tag = await submitted(runner, trial('exit 6'))
    const look = () => runner.look({ jobs: [tag], doubtful: new Set(), ranges: [] }, {})
    const ends = async () => ((await look()).reports.get(tag)?.kind === 'ended' ? true : undefined)
    await eventually('news of the end', patience, ends)
    assert.ok(await ends(), 'the news was gone before it was settled')
    assert.equal((await look()).reports.size, 1)
  })

  ask('rejects a look whose signal is aborted', async ({ runner, patience }) => {
    const tag = await submitted(runner, trial(':'))
    await ended(runner, tag, patience)
    const question = { jobs: [tag], doubtful: new Set([tag]), ranges: [] }
    await assert.rejects(runner.look(question, { signal: AbortSignal.abort() }), { code: 'aborted' })
  })
}
