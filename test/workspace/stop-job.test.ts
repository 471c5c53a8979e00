import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { isFile, type Value } from '../../src/pipeline/value.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import type { Run, Workspace, WorkspaceView } from '../../src/workspace/workspace.ts'
import { bench, begun, doc, until, type Bench } from './bench.ts'

const anyway = { evenIfNeeded: true } as const

/** A job that has made part of its outputs when it says that it began, and then goes on for a minute. */
async function partial(on: Bench, { before = '', after = 'sleep 60' } = {}) {
  await on.write(
    'job.sh',
    `${before}
echo table > table.tsv; mkdir -p plots; echo one > plots/1; printf '{"half":' > half.json; echo said
echo x >> ${on.base}/one.ran
${after}
`,
  )
  return doc(`name: p
modules:
  one:
    command: [sh, ${on.base}/job.sh]
    outputs: { table: table.tsv, plots: { folder: plots }, half: { json: half.json }, last: last.txt, maybe: { file: no.txt, optional: true } }
outputs: { table: $one.table }
`)
}

async function ended(view: WorkspaceView): Promise<JobRecord> {
  let job: JobRecord | undefined
  await until('the job is cancelled', async () => {
    job = (await view.jobs())[0]
    return job?.state.kind === 'cancelled'
  })
  return job ?? assert.fail()
}

const kept = ({ state }: JobRecord): Readonly<Record<string, Value>> =>
  (state.kind === 'cancelled' ? state.outputs : undefined) ?? {}

async function started(on: Bench, how: { before?: string; after?: string } = {}) {
  const workspace = await on.open()
  const run = await workspace.start(await partial(on, how))
  await begun(on, 'one')
  await run.resting()
  const [job] = await workspace.jobs()
  assert.ok(job)
  return { workspace, run, job }
}

async function failure(run: Run) {
  const end = await run.ended()
  assert.ok(end.kind === 'failed')
  return end.failures[0]
}

async function text(workspace: WorkspaceView, value: Value | undefined): Promise<string> {
  assert.ok(value !== undefined && isFile(value))
  return workspace.files.text(value)
}

describe('stopping a job with its results kept', function () {
  this.timeout(60_000)

  it('keeps what is there beside a driver, serves it to no run, and gc leaves it until it is discarded', async () => {
    const on = await bench()
    const { workspace, run, job } = await started(on)
    const view = await on.read()
    assert.deepEqual(await view.stopJob(job.key), { kind: 'needed', by: [run.id] })
    assert.deepEqual(await view.stopJob(job.key, { ...anyway, by: 'ann' }), { kind: 'requested' })
    const { error } = await failure(run)
    assert.equal(error.code, 'job-cancelled')
    assert.match(error.message, /by ann \(stopped by us, results kept/)
    const stopped = await ended(view)
    assert.deepEqual(Object.keys(kept(stopped)).toSorted(), ['half', 'plots', 'table'])
    assert.match(
      'message' in stopped.state ? (stopped.state.message ?? '') : '',
      /^stopped by us, results kept; not there: output last: there is no last.txt; output maybe$/,
    )
    await assertReadable(view, stopped)
    await workspace.gc()
    await assertReadable(workspace, stopped)
    await neverServed(on, workspace, stopped)
  })

  it('is no success of a job that answers TERM with exit code 0, whose last words are kept', async () => {
    const on = await bench()
    const trap = `trap 'echo late > last.txt; exit 0' TERM`
    const { workspace, run, job } = await started(on, {
      before: trap,
      after: 'while :; do sleep 0.05; done',
    })
    await workspace.stopJob(job.key, anyway)
    await failure(run)
    const stopped = await ended(workspace)
    assert.equal(await text(workspace, kept(stopped)['last']), 'late\n')
    await workspace.discardJob(job.key)
    assert.deepEqual(await workspace.jobs(), [])
  })

  it('ends one that does not listen to TERM, and leaves nothing running', async () => {
    const on = await bench()
    const { workspace, job } = await started(on, {
      before: `trap '' TERM`,
      after: `while :; do echo x >> ${on.base}/beats; sleep 0.05; done`,
    })
    await workspace.stopJob(job.key, anyway)
    assert.equal(await text(workspace, kept(await ended(workspace))['table']), 'table\n')
    const beats = await on.lines('beats')
    await workspace.look()
    assert.deepEqual(await on.lines('beats'), beats)
  })

  it('is done where nobody drives, and told of one that has ended', async () => {
    const on = await bench()
    const { workspace, job } = await started(on)
    await workspace.close()
    const view = await on.read()
    assert.equal((await view.stopJob(job.key, anyway)).kind, 'requested')
    const stopped = await ended(view)
    await assertReadable(view, stopped)
    assert.equal((await view.stopJob(job.key)).kind, 'ended')
  })

  it('leaves one its success that ended by itself while nobody looked', async () => {
    const on = await bench()
    const whole = `while [ ! -e ${on.base}/go ]; do sleep 0.02; done; echo 1 > half.json; echo late > last.txt`
    const { workspace, job } = await started(on, { after: whole })
    await workspace.close()
    await on.write('go', '')
    const written = async () => {
      const paths = await readdir(`${on.folder}/.abeyance/work`, { recursive: true })
      return paths.some((path) => path.endsWith(`${job.tag}/run.1/exit`))
    }
    await until('it has ended', written)
    const view = await on.read()
    assert.notEqual((await view.stopJob(job.key, anyway)).kind, 'needed')
    const [found] = await view.jobs()
    assert.ok(found?.state.kind === 'succeeded')
    assert.equal(await text(view, found.state.outputs['last']), 'late\n')
  })
})

async function assertReadable(view: WorkspaceView, stopped: JobRecord): Promise<void> {
  const { table, plots, half } = kept(stopped)
  assert.equal(await text(view, table), 'table\n')
  assert.equal(await text(view, half), '{"half":', 'half a JSON text is kept as a file')
  assert.ok(typeof plots === 'object' && plots !== null && 'kind' in plots && plots.kind === 'folder')
}

/** Neither a new run nor a retry takes it for a result; the attempt before keeps it. */
async function neverServed(on: Bench, workspace: Workspace, stopped: JobRecord): Promise<void> {
  const plan = await workspace.plan(await partial(on))
  assert.deepEqual(
    plan.map(({ step, why }) => [step, why]),
    [['submit', 'its last attempt was cancelled']],
  )
  const again = await workspace.start(await partial(on))
  await until('it runs again', async () => (await on.lines('one.ran')).length === 2)
  await again.cancel()
  await until('it is stopped', async () => (await workspace.job(stopped.key))?.state.kind === 'cancelled')
  const job = await workspace.job(stopped.key)
  assert.deepEqual([job?.attempt, job?.earlier[0]?.state], [2, stopped.state])
  await workspace.gc()
  await assertReadable(workspace, stopped)
  await workspace.gc({ olderThan: -1 })
  assert.deepEqual(await workspace.jobs(), [])
  await assert.rejects(text(workspace, kept(stopped)['table']), { code: 'missing-file' })
}
