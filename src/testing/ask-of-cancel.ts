import assert from 'node:assert/strict'
import { quote } from '../core/quote.ts'
import { readTextIfThere } from '../core/system/files.ts'
import type { Tag } from '../core/ids.ts'
import type { CancelAnswer, Runner } from '../runners/runner.ts'
import { eventually } from './eventually.ts'
import type { Ask } from './harness.ts'
import type { PatientRunner } from './runner-subject.ts'
import { ended, newTag, printed, running, submission, submitted, trial } from './trial-job.ts'

/** Whether cancelling works in every phase, is confirmed, and leaves nothing running. */
export function askOfCancel(ask: Ask<PatientRunner>): void {
  ask('stops a job with all its children before it says so', async (subject) => {
    const { runner, shared, patience } = subject
    const tag = await submitted(runner, trial(`(${beating(shared)}) & ${beating(shared)}`))
    await running(runner, tag, patience)
    await cancelled(runner, tag, patience)
    await nothingBeats(subject)
  })

  ask('stops a job that does not listen to TERM', async (subject) => {
    const { runner, shared, patience } = subject
    const tag = await submitted(runner, trial(`trap '' TERM; ${beating(shared)}`))
    await eventually('the job to begin', patience, () => readTextIfThere(`${shared}/beats`))
    await cancelled(runner, tag, patience)
    await nothingBeats(subject)
  })

  ask('gives one answer for each job to cancel', async ({ runner, patience }) => {
    const tags = [await submitted(runner, trial(':')), newTag()]
    await ended(runner, tags[0] ?? newTag(), patience)
    assert.deepEqual([...(await runner.cancel(tags, {})).keys()].toSorted(), tags.toSorted())
  })

  ask('leaves the end of a job as it was when it is cancelled afterwards', async ({ runner, patience }) => {
    const tag = await submitted(runner, trial('exit 7'))
    await ended(runner, tag, patience)
    await cancelled(runner, tag, patience)
    assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code: 7 })
  })

  ask('starts nothing that was cancelled before it was submitted', async (subject) => {
    const { runner, shared, patience } = subject
    const job = submission(trial(`: > ${quote(`${shared}/ran`)}`))
    await cancelled(runner, job.tag, patience)
    await runner.submit([job], {}).catch(() => {}) // whatever it answers, nothing may run
    await printed(runner, trial('sleep 0.3'), patience)
    assert.equal(await readTextIfThere(`${shared}/ran`), undefined)
  })
}

/** Cancels until it is confirmed: `pending` is an honest answer, `stopped` must be true. */
function cancelled(runner: Runner, tag: Tag, patience: number): Promise<CancelAnswer> {
  return eventually('the job to be stopped', patience, async () => {
    const answer = (await runner.cancel([tag], {})).get(tag)
    assert.ok(answer, 'there is no answer for the job')
    return answer.kind === 'stopped' ? answer : undefined
  })
}

/** Writes a line now and then for as long as it lives, some minutes at most, or until the folder is gone. */
function beating(folder: string): string {
  return `n=0; while [ $n -lt 1200 ]; do echo beat >> ${quote(`${folder}/beats`)} || exit 1; sleep 0.1; n=$((n+1)); done`
}

async function nothingBeats({ runner, shared, patience }: PatientRunner): Promise<void> {
  const before = await readTextIfThere(`${shared}/beats`)
  await printed(runner, trial('sleep 0.5'), patience)
  assert.equal(await readTextIfThere(`${shared}/beats`), before, 'something of the job still runs')
}
