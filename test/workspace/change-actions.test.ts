import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { modulePath } from '../../src/core/ids.ts'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { begun, bench, doc, failing, held, release, until, type Bench } from './bench.ts'

const onlyJob = async (workspace: Workspace) => {
  const [job, ...others] = await workspace.jobs()
  assert.ok(job && others.length === 0)
  return job
}
const stateOf = async (workspace: Workspace) => (await onlyJob(workspace)).state.kind
const shared = (on: Bench, name: string) => doc(`name: ${name}\nmodules:\n  one:\n    ${held(on, 'one')}\n`)

describe('changing jobs and runs', () => {
  it('cancels a run and leaves the job that another needs; with the last run goes the job', async () => {
    const on = await bench()
    const workspace = await on.open()
    const [a, b] = [
      await workspace.start(await shared(on, 'a')),
      await workspace.start(await shared(on, 'b')),
    ]
    await begun(on, 'one')
    await b.resting()
    const { key } = await onlyJob(workspace)
    assert.deepEqual(await workspace.neededBy(key), [a.id, b.id])
    assert.deepEqual(await workspace.cancelJob(key), { kind: 'needed', by: [a.id, b.id] })
    await a.cancel('me')
    const end = await a.ended()
    assert.deepEqual([end.kind, 'by' in end && end.by], ['cancelled', 'me'])
    assert.equal((await onlyJob(workspace)).cancelRequested, undefined)
    await workspace.cancelRun(b.id)
    await until('the job is stopped', async () => (await stateOf(workspace)) === 'cancelled')
    assert.equal((await workspace.cancelJob(key)).kind, 'ended')
    await a.cancel()
    assert.equal((await a.ended()).kind, 'cancelled')
  })

  it('cancels a job that is needed only when told so; its run fails, and a retry opens that again', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await shared(on, 'a'))
    await begun(on, 'one')
    const { key } = await onlyJob(workspace)
    await assert.rejects(workspace.discardJob(key), { code: 'invalid-state', message: /is needed by run/ })
    assert.equal((await workspace.cancelJob(key, { evenIfNeeded: true })).kind, 'requested')
    const failed = await run.ended()
    assert.ok(failed.kind === 'failed')
    assert.equal(failed.failures[0].error.code, 'job-cancelled')
    await release(on, 'one')
    assert.equal((await workspace.retryJob(key)).kind, 'requested')
    assert.equal((await run.ended()).kind, 'done')
    const job = await onlyJob(workspace)
    assert.deepEqual([job.attempt, job.state.kind], [2, 'succeeded'])
  })

  it('opens also runs of earlier sessions again, and a new attempt that fails at once fails them, once', async () => {
    const on = await bench()
    const text = `name: p\nmodules:\n  one: { command: [sh, -c, 'echo x >> ${on.base}/ran; exit 3'] }\n`
    const first = await on.open()
    const { id } = await first.start(await doc(text))
    await (await first.run(id))?.ended()
    await first.close()
    const again = await on.open()
    const { key } = await onlyJob(again)
    await again.retryJob(key)
    const end = await (await again.run(id))?.ended()
    assert.ok(end?.kind === 'failed')
    assert.equal(end.failures[0].reason, 'exit-code')
    assert.deepEqual(await on.lines('ran'), ['x', 'x'])
    assert.equal((await again.retryJob(key, { after: 1 })).kind, 'open', 'as when a request is served twice')
    assert.equal((await again.run(id))?.record.state, 'failed')
    assert.equal((await onlyJob(again)).attempt, 2)
  })

  it('stops the jobs of a run that was cancelled just before a crash', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await shared(on, 'a'))
    await begun(on, 'one')
    await run.resting()
    await until('it is known to run', async () => (await stateOf(workspace)) === 'running')
    let appends = 0
    const isSecondPut = (operation: string, path: string) =>
      operation === 'append' && path.startsWith(on.folder) && path.includes('journal') && ++appends > 1
    await failing(isSecondPut, () => assert.rejects(run.cancel(), { code: 'disk-full' }))
    await workspace.close()
    const again = await on.open()
    await until('the job is stopped', async () => (await stateOf(again)) === 'cancelled')
    assert.equal((await (await again.run(run.id))?.ended())?.kind, 'cancelled')
  })

  it('cancels while a module computes, and what it computes is told', async () => {
    const on = await bench()
    const { moduleType } = await import('../../src/modules/module-type-of.ts')
    let began = false
    const modules = [
      moduleType({
        type: 'test/long',
        version: 1,
        inputs: {},
        outputs: {},
        compute: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            began = true
            signal.addEventListener('abort', () => reject(new TypeError('stopped')))
          }),
      }),
    ]
    const workspace = await on.open({ modules })
    const run = await workspace.start(await doc('name: p\nmodules:\n  n: { type: test/long }\n', modules))
    await until('it computes', async () => began)
    await run.cancel()
    assert.equal((await run.ended()).kind, 'cancelled')
  })

  it('says what there is not', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one: { command: ['true'] }\n`))
    await run.ended()
    const { key } = await onlyJob(workspace)
    await assert.rejects(workspace.retryModule(run.id, modulePath('one')), { code: 'invalid-state' })
    await workspace.discardJob(key)
    await assert.rejects(workspace.cancelJob(key), { code: 'unknown-job' })
    await assert.rejects(workspace.retryJob(key), { code: 'unknown-job' })
    const { runId } = await import('../../src/core/ids.ts')
    await assert.rejects(workspace.cancelRun(runId('none')), { code: 'unknown-run' })
    await assert.rejects(workspace.retryModule(runId('none'), modulePath('x')), { code: 'unknown-run' })
  })
})
