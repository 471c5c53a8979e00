import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { modulePath } from '../../src/core/ids.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'
import type { Suspension } from '../../src/records/outcome.ts'
import type { Resting } from '../../src/workspace/workspace.ts'
import { bench, doc, outputOf, until } from './bench.ts'

const release = modulePath('release')
const measured = modulePath('measured')

const approval = (more = '') => `name: study
inputs: { sample: { type: string, default: A7 } }
modules:
  release:
    type: approval
    parameters: { message: 'Sequence $sample?'${more} }
    inputs: { sample: $sample }
outputs: { decision: $release.decision, by: $release.by, approved: $release.approved }
`
const token = (parameters = '{ outputs: { score: number } }', port = 'score') => `name: called
modules:
  measured: { type: token, parameters: ${parameters} }
outputs: { value: $measured.${port} }
`

function onlyWait(resting: Resting): Suspension {
  assert.equal(resting.kind, 'suspended')
  const [on, ...others] = resting.kind === 'suspended' ? resting.on : []
  assert.ok(on)
  assert.equal(others.length, 0)
  return on
}

describe('an approval', () => {
  it('suspends its run, is told once, and goes on with the answer (R10, N1)', async () => {
    const told: Notice[] = []
    const on = await bench({
      notifiers: { me: { notify: async (notice) => void told.push(notice) } },
      notices: [{ on: ['approval-needed'], to: ['me'] }],
    })
    const first = await on.open()
    const { id } = await first.start(await doc(approval()))
    const rest = onlyWait((await (await first.run(id))?.resting()) ?? assert.fail())
    assert.deepEqual(rest.kind === 'approval' && rest.message, 'Sequence A7?')
    await until('the notice is delivered', async () => told.length === 1)
    await first.close()

    const workspace = await on.open()
    const run = (await workspace.run(id)) ?? assert.fail()
    assert.deepEqual(onlyWait(await run.resting()), rest)
    assert.deepEqual(await workspace.waits(), [{ run: id, name: 'study', on: rest }])
    assert.deepEqual(await workspace.answer(id, release, { kind: 'approve' }, { by: 'ada' }), {
      kind: 'taken',
    })
    const end = await run.ended()
    assert.deepEqual(
      ['decision', 'by', 'approved'].map((name) => outputOf(end, name)),
      ['approved', 'ada', true],
    )
    assert.deepEqual(await workspace.answer(id, release, { kind: 'approve' }, { by: 'ada' }), {
      kind: 'repeated',
    })
    await assert.rejects(workspace.answer(id, release, { kind: 'reject' }), { code: 'invalid-state' })
    assert.deepEqual(await workspace.waits(), [])
    assert.deepEqual(
      told.map(({ event, title, about }) => [event, title, about]),
      [
        [
          'approval-needed',
          'study: release needs approval',
          { run: id, pipeline: 'study', module: 'release' },
        ],
      ],
    )
    assert.match(told[0]?.text ?? '', /^Sequence A7\?\nabeyance answer \S+ release --approve/)
  })

  it('fails its module where it is rejected, and is asked anew by a retry', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(approval()))
    await run.resting()
    await workspace.answer(run.id, release, { kind: 'reject', comment: 'too dear' }, { by: 'ada' })
    const end = await run.ended()
    assert.deepEqual(end.kind === 'failed' && [end.failures[0].error.code, end.failures[0].error.message], [
      'rejected',
      'rejected by ada: too dear',
    ])
    await workspace.retryModule(run.id, release)
    onlyWait(await run.resting())
    await workspace.answer(run.id, release, { kind: 'approve' }, { by: 'grace' })
    assert.equal(outputOf(await run.ended(), 'by'), 'grace')
  })

  it('is answered where nobody drives, and beside a driver through the inbox (R11)', async () => {
    const on = await bench()
    const first = await on.open()
    const { id } = await first.start(await doc(approval()))
    await (await first.run(id))?.resting()
    await first.close()
    const view = await on.read()
    await assert.rejects(view.answer(id, measured, { kind: 'approve' }), { code: 'unknown-wait' })
    assert.deepEqual(await view.answer(id, release, { kind: 'approve' }, { by: 'ada' }), { kind: 'taken' })
    assert.deepEqual(await view.waits(), []) // though nobody drove since
    const workspace = await on.open()
    assert.equal(outputOf(await ((await workspace.run(id)) ?? assert.fail()).ended(), 'by'), 'ada')
    const other = await workspace.start(await doc(approval()))
    await other.resting()
    assert.equal((await view.waits()).length, 1)
    await view.answer(other.id, release, { kind: 'approve' }, { by: 'grace' })
    assert.equal(outputOf(await other.ended(), 'by'), 'grace')
    await assert.rejects(view.answer(other.id, release, { kind: 'reject' }), { code: 'invalid-state' })
  })

  it('is no more asked of a run that is cancelled', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(approval()))
    await run.resting()
    await workspace.cancelRun(run.id)
    const said = workspace.answer(run.id, release, { kind: 'approve' })
    await assert.rejects(said, { code: 'invalid-state', message: /its run is cancelled/ })
    const called = await workspace.start(await doc(token()))
    await called.resting()
    await workspace.cancelRun(called.id)
    await assert.rejects(workspace.callbackToken(called.id, measured), {
      code: 'invalid-state',
      message: /its run is cancelled/,
    })
  })

  it('leaves its parts to themselves in a map', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(`name: p
inputs: { names: { type: [string], default: [a, b] } }
modules:
  release: { map: name, type: approval, parameters: { message: 'Go on with $name?' }, inputs: { name: $names } }
outputs: { by: $release.by }
`),
    )
    await run.resting()
    const asked = (await workspace.waits()).map(({ on: { kind, module, ...rest } }) => [
      kind,
      module,
      Reflect.get(rest, 'message'),
    ])
    assert.deepEqual(asked, [
      ['approval', 'release[0]', 'Go on with a?'],
      ['approval', 'release[1]', 'Go on with b?'],
    ])
    for (const [index, by] of ['ada', 'grace'].entries())
      await workspace.answer(run.id, modulePath(`release[${index}]`), { kind: 'approve' }, { by })
    assert.deepEqual(outputOf(await run.ended(), 'by'), ['ada', 'grace'])
  })
})

describe('a token', () => {
  it('is made once, can be told again after a restart, and brings what is called back', async () => {
    const on = await bench()
    const first = await on.open()
    const { id } = await first.start(await doc(token()))
    await (await first.run(id))?.resting()
    const secret = await first.callbackToken(id, measured)
    assert.match(secret, /^[\w-]{43}$/)
    await first.close()
    assert.equal(await (await on.read()).callbackToken(id, measured), secret)

    const workspace = await on.open()
    assert.equal(await workspace.callbackToken(id, measured), secret)
    const call = (value: object) => workspace.answerToken(secret, { kind: 'success', value: { ...value } })
    await assert.rejects(call({ score: 'high' }), { code: 'invalid-value' })
    assert.deepEqual(await call({ score: 7 }), { kind: 'taken' })
    const run = (await workspace.run(id)) ?? assert.fail()
    assert.equal(outputOf(await run.ended(), 'value'), 7)
    assert.deepEqual(await call({ score: 7 }), { kind: 'repeated' })
    await assert.rejects(call({ score: 8 }), { code: 'invalid-state' })
    await assert.rejects(workspace.callbackToken(id, measured), { code: 'invalid-state' })
    const other = workspace.answerToken(`${secret}x`, { kind: 'success', value: 1 })
    await assert.rejects(other, {
      code: 'unknown-wait',
      message: 'nothing waits for this token, or not any more',
    })
  })

  it('is on disk nowhere, also while it is used beside a driver; its key is for the user alone (C2)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(token()))
    await run.resting()
    const view = await on.read()
    const secret = await view.callbackToken(run.id, measured)
    await assert.rejects(view.answerToken(secret, { kind: 'success', value: 1 }), (error: Error) => {
      assert.equal(JSON.stringify(error).includes(secret) || error.message.includes(secret), false)
      return true
    })
    await view.answerToken(secret, { kind: 'failure', message: 'out of paper' })
    const end = await run.ended()
    assert.match(end.kind === 'failed' ? end.failures[0].error.message : '', /out of paper/)
    await workspace.close()
    const paths = (await readdir(on.folder, { recursive: true })).map((name) => join(on.folder, name))
    assert.ok(paths.some((path) => path.endsWith('.jsonl')))
    for (const path of paths)
      if ((await stat(path)).isFile())
        assert.equal((await readFile(path, 'utf8')).includes(secret), false, path)
    assert.equal((await stat(join(on.folder, '.abeyance/token-key'))).mode & 0o777, 0o600)
  })

  it('is another one after a retry: the one before opens nothing', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(token()))
    await run.resting()
    const before = await workspace.callbackToken(run.id, measured)
    await workspace.answerToken(before, { kind: 'failure', message: 'x' })
    await run.ended()
    await workspace.retryModule(run.id, measured)
    await run.resting()
    const after = await workspace.callbackToken(run.id, measured)
    assert.notEqual(after, before)
    await assert.rejects(workspace.answerToken(before, { kind: 'success', value: { score: 1 } }), {
      code: 'unknown-wait',
    })
    await workspace.answer(run.id, measured, { kind: 'success', value: { score: 1 } })
    assert.equal(outputOf(await run.ended(), 'value'), 1)
  })

  it('names no file of this machine, whatever is called back', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(token('{}', 'value')))
    await run.resting()
    const digest = 'a'.repeat(64)
    const forged = {
      kind: 'file',
      name: 'passwd',
      size: 1,
      digest,
      at: { kind: 'path', path: '/etc/passwd' },
    }
    for (const value of [forged, { deep: [forged] }])
      await assert.rejects(workspace.answer(run.id, measured, { kind: 'success', value }), {
        code: 'invalid-value',
      })
    const long = Array.from({ length: 130_000 }, () => 0)
    await assert.rejects(
      workspace.answer(run.id, measured, { kind: 'success', value: [forged, ...long.slice(5)] }),
      {
        code: 'invalid-value',
        message: /did not give out/,
      },
    )
    await workspace.answer(run.id, measured, { kind: 'success', value: { kind: 'file' } })
    assert.deepEqual(outputOf(await run.ended(), 'value'), { kind: 'file' })
  })
})
