import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { jobKey, modulePath } from '../../src/core/ids.ts'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { serveRequest } from '../../src/workspace/serve-request.ts'
import { bench, doc } from './bench.ts'

describe('a request that is served twice, since its driver died before it answered', () => {
  it('to discard a job is answered as the first time; a later attempt is not discarded by it', async () => {
    const on = await bench()
    const workspace = await on.open()
    const text = `name: p\nmodules:\n  one: { command: ['true'] }\n`
    assert.equal((await (await workspace.start(await doc(text))).ended()).kind, 'done')
    const [job] = await workspace.jobs()
    assert.ok(job)
    const request = { kind: 'discard-job', job: job.key, after: job.attempt } as const
    assert.equal(await serveRequest(workspace, request), null)
    assert.equal(await serveRequest(workspace, request), null)
    assert.equal((await (await workspace.start(await doc(text), { fresh: ['*'] })).ended()).kind, 'done')
    assert.equal(await serveRequest(workspace, request), null)
    assert.deepEqual(
      (await workspace.jobs()).map(({ attempt }) => attempt),
      [2],
    )
    const unknown = { kind: 'discard-job', job: jobKey('nobody') } as const
    await assert.rejects(serveRequest(workspace, unknown), { code: 'unknown-job' })
  })

  it('to retry a module is answered as the first time; one that did not fail is refused before it is asked', async () => {
    const on = await bench()
    let calls = 0
    const flaky = moduleType({
      type: 'test/flaky',
      version: 1,
      inputs: {},
      outputs: { out: z.number() },
      async compute() {
        if (++calls === 1) throw new Error('once')
        return { out: calls }
      },
    })
    const workspace = await on.open({ modules: [flaky] })
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one: { type: test/flaky }\n`, [flaky]))
    assert.equal((await run.ended()).kind, 'failed')
    const request = { kind: 'retry-module', run: run.id, module: modulePath('one') } as const
    assert.equal(await serveRequest(workspace, request), null)
    assert.equal(await serveRequest(workspace, request), null)
    assert.equal((await run.ended()).kind, 'done')
    assert.equal(await serveRequest(workspace, request), null)
    assert.equal(calls, 2)
    const view = await on.read()
    await assert.rejects(view.retryModule(run.id, modulePath('one')), { code: 'invalid-state' })
    await assert.rejects(workspace.retryModule(run.id, modulePath('one')), { code: 'invalid-state' })
  })
})
