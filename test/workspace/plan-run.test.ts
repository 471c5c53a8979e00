import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { modulePath } from '../../src/core/ids.ts'
import { bench, begun, doc, held, outputOf, release } from './bench.ts'

const text = (base: string, more = '') => `name: p
inputs: { word: { type: string, default: one } }
modules:
  a: { command: [sh, -c, 'echo x >> ${base}/a.ran; echo a > out'], outputs: { out: out } }
  b: { command: [sh, -c, 'echo x >> ${base}/b.ran; echo "$$0" > out${more}', $word, $in], inputs: { word: $word, in: $a.out }, outputs: { out: { text: out } } }
outputs: { b: $b.out }
`

describe('a plan', () => {
  it('says what happens, where and why, and which input changed; then just that happens', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(text(on.base))
    const first = await workspace.plan(pipeline)
    assert.deepEqual(
      first.map(({ module, step }) => [module, step]),
      [
        ['a', 'submit'],
        ['b', 'submit'],
      ],
    )
    assert.deepEqual(first[0]?.destination, { name: 'local', why: 'the default' })
    assert.deepEqual([await workspace.runs(), await workspace.jobs()], [[], []])
    const run = await workspace.start(pipeline)
    await run.ended()
    const same = await workspace.plan(pipeline)
    assert.deepEqual(
      same.map(({ module, step }) => [module, step]),
      [
        ['a', 'unneeded'],
        ['b', 'reuse'],
      ],
    )
    const inputs = { word: 'two' }
    const changed = await workspace.plan(pipeline, { inputs, destinations: { b: 'nowhere' } })
    const [, b] = changed
    assert.deepEqual(
      changed.map(({ step }) => step),
      ['reuse', 'submit'],
    )
    assert.match(String(b?.why), /word/)
    assert.match(String(b?.destination?.why), /no destination `nowhere`/)
    const next = await workspace.start(pipeline, { inputs })
    assert.equal(outputOf(await next.ended(), 'b'), 'two\n')
    assert.deepEqual([await on.lines('a.ran'), await on.lines('b.ran')], [['x'], ['x', 'x']])
    const difference = await workspace.explain(next.id, modulePath('b'))
    assert.deepEqual([difference.kind, 'module' in difference && difference.module], ['differs', 'b'])
    assert.match(difference.sentence, /word/)
    assert.equal((await workspace.explain(next.id, modulePath('a'))).kind, 'same')
    assert.equal((await workspace.explain(run.id, modulePath('a'))).kind, 'no-earlier-run')
    await assert.rejects(workspace.explain(run.id, modulePath('zz'), { against: next.id }), {
      code: 'invalid-value',
    })
  })

  it('adopts a job that another pipeline started, and awaits the one of its own run', async () => {
    const on = await bench()
    const workspace = await on.open()
    const one = `modules:\n  one:\n    ${held(on, 'one')}\n`
    const run = await workspace.start(await doc(`name: p\n${one}`))
    await begun(on, 'one')
    await run.resting()
    assert.deepEqual(
      (await workspace.plan(await doc(`name: other\n${one}`))).map(({ step }) => step),
      ['adopt'],
    )
    assert.deepEqual(
      (await workspace.plan(await doc(`name: p\n${one}`))).map(({ step }) => step),
      ['await'],
    )
    await release(on, 'one')
    await run.ended()
  })
})
