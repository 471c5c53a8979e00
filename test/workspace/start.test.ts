import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { file } from '../../src/pipeline/ports.ts'
import { given } from '../../src/pipeline/pipeline.ts'
import { bench, begun, doc, held, release, until } from './bench.ts'

const copy = `name: copy
inputs: { text: string, in: { type: file, optional: true } }
modules:
  one: { command: [sh, -c, 'echo "$$0" > out', $text], inputs: { text: $text }, outputs: { out: out } }
outputs: { out: $one.out }
`

describe('starting a run', () => {
  it('gives the run of a key back, open and ended, and says what differs in another', async () => {
    const on = await bench()
    const pipeline = await doc(copy)
    const workspace = await on.open()
    const [run, same] = await Promise.all([
      workspace.start(pipeline, { key: 'k', inputs: { text: 'a' } }),
      workspace.start(pipeline, { key: 'k', inputs: { text: 'a' } }),
    ])
    assert.equal(same.id, run.id)
    assert.equal((await run.ended()).kind, 'done')
    const again = await workspace.start(pipeline, { key: 'k', inputs: { text: 'a' } })
    assert.equal(again.id, run.id)
    assert.equal((await again.ended()).kind, 'done')
    assert.equal((await workspace.runs()).length, 1)
    const taken = { code: 'key-taken', message: /the input `text` differs/ }
    await assert.rejects(workspace.start(pipeline, { key: 'k', inputs: { text: 'b' } }), taken)
    const other = await doc(copy.replace('> out', '> out '))
    const pipelineTaken = { code: 'key-taken', message: /the pipeline differs/ }
    await assert.rejects(workspace.start(other, { key: 'k', inputs: { text: 'a' } }), pipelineTaken)
    await workspace.close()
    const later = await (await on.open()).start(pipeline, { key: 'k', inputs: { text: 'a' } })
    assert.equal(later.id, run.id)
    assert.equal((await later.ended()).kind, 'done')
  })

  it('finds the open run of the same pipeline and inputs', async () => {
    const on = await bench()
    const pipeline = await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`)
    const workspace = await on.open()
    assert.equal(await workspace.find(pipeline), undefined)
    const run = await workspace.start(pipeline)
    assert.equal((await workspace.find(pipeline))?.id, run.id)
    assert.equal(await workspace.find(pipeline, { fresh: ['one'] }), undefined, 'it reuses what it finds')
    await release(on, 'one')
    await run.ended()
    assert.equal(await workspace.find(pipeline), undefined)
  })

  it('refuses a file value that it did not give out, and takes one that it did', async () => {
    const on = await bench()
    await on.write('a.txt', 'a')
    const workspace = await on.open()
    const pipeline = await doc(`name: p
inputs: { in: file, any: { type: json, default: 1 } }
modules:
  one: { command: [sh, -c, 'cat "$$0" > out', $in], inputs: { in: $in, any: $any }, outputs: { out: out } }
outputs: { out: $one.out }
`)
    const end = await (
      await workspace.start(pipeline, { inputs: { in: file('a.txt') }, base: on.base })
    ).ended()
    assert.ok(end.kind === 'done')
    const { out } = end.outputs
    assert.ok(typeof out === 'object' && out !== null && 'digest' in out && 'at' in out)
    const forged = [
      { ...out, at: { kind: 'path', path: '/etc/passwd' } },
      { ...out, digest: '0'.repeat(64) },
      { ...out, name: '../x' },
      { ...out, digest: '../../etc' },
    ]
    const refused = { code: 'invalid-value', message: /did not give out/ }
    for (const one of forged) {
      const text = JSON.parse(JSON.stringify(one))
      await assert.rejects(workspace.start(pipeline, { inputs: { in: text } }), refused)
      const inside = { in: file('a.txt'), any: { deep: [{ f: text }] } }
      await assert.rejects(workspace.start(pipeline, { inputs: inside, base: on.base }), refused)
    }
    const again = await workspace.start(pipeline, { inputs: { in: JSON.parse(JSON.stringify(out)) } })
    assert.equal((await again.ended()).kind, 'done')
  })

  it('runs only the chosen targets and what they need', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(`name: p
modules:
  a: { command: [sh, -c, 'echo a > out'], outputs: { out: out } }
  b: { command: [cat, $in], inputs: { in: $a.out } }
  c: { command: ['false'] }
`)
    const run = await workspace.start(pipeline, { targets: ['b'] })
    const end = await run.ended()
    assert.equal(end.kind, 'done')
    assert.deepEqual([...(await workspace.jobs())].map(({ name }) => name).toSorted(), ['a', 'b'])
  })

  it('runs afresh what is asked for: a new attempt of a job that succeeded', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(`name: p
modules:
  a: { command: [sh, -c, 'echo x >> ${on.base}/ran; date +%s%N > out'], outputs: { out: out } }
`)
    await (await workspace.start(pipeline)).ended()
    await (await workspace.start(pipeline)).ended()
    assert.equal((await on.lines('ran')).length, 1)
    const end = await (await workspace.start(pipeline, { fresh: ['a'] })).ended()
    assert.equal(end.kind, 'done')
    assert.equal((await on.lines('ran')).length, 2)
    const [job] = await workspace.jobs()
    assert.deepEqual([job?.attempt, job?.earlier.length, job?.state.kind], [2, 1, 'succeeded'])
  })

  it('keeps what was signed: a file that changes afterwards fails the job, and is named', async () => {
    const on = await bench()
    await on.write('a.txt', 'before')
    const workspace = await on.open()
    const pipeline = await doc(`name: p
modules:
  first:
    ${held(on, 'first')}
  second: { command: [cat, $in, $first], inputs: { in: { file: a.txt }, first: $first.out } }
`)
    const run = await workspace.start(pipeline, { base: on.base })
    await begun(on, 'first')
    await on.write('a.txt', 'after')
    await release(on, 'first')
    const end = await run.ended()
    assert.ok(end.kind === 'failed')
    const [failure] = end.failures
    assert.deepEqual([failure.module, failure.reason], ['second', 'staging-in'])
    assert.match(failure.error.message, /a\.txt/)
  })

  it('refuses what cannot run before anything is written', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(copy)
    const wrong = { code: 'invalid-value' } as const
    await assert.rejects(workspace.start(pipeline), { ...wrong, message: /needs its input `text`/ })
    await assert.rejects(workspace.start(pipeline, { inputs: { text: 1 } }), {
      ...wrong,
      message: /a string/,
    })
    await assert.rejects(workspace.start(pipeline, { inputs: { text: 'a', tex: 'b' } }), {
      ...wrong,
      message: /no input `tex`.*text/s,
    })
    const missing = { text: 'a', in: { file: 'none.txt', [given]: true } as const }
    await assert.rejects(workspace.start(pipeline, { inputs: missing }), {
      code: 'missing-file',
      message: /none\.txt/,
    })
    for (const options of [
      { targets: ['on'] },
      { fresh: ['on'] },
      { fresh: ['on/inner'] },
      { destinations: { 'on[3]': 'local' } },
    ])
      await assert.rejects(workspace.start(pipeline, { ...options, inputs: { text: 'a' } }), {
        code: 'invalid-value',
        message: /no module `on\S*`.*did you mean `one`\?/,
      })
    assert.deepEqual(await workspace.runs(), [])
  })

  it('goes where the run says, and fails a module whose destination is unknown, by name', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(`name: p\nmodules:\n  a: { command: ['true'] }\n`)
    const run = await workspace.start(pipeline, { destinations: { a: 'nowhere' } })
    const end = await run.ended()
    assert.ok(end.kind === 'failed')
    assert.match(end.failures[0].error.message, /no destination `nowhere`.*local/)
    await until('no job is left', async () => (await workspace.jobs()).length === 0)
  })
})
