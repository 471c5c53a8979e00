import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { moduleType } from '../../src/modules/module-type-of.ts'
import type { RunState, WorkspaceEvent } from '../../src/workspace/workspace.ts'
import { begun, bench, doc, held, outputOf, release, until } from './bench.ts'

describe('a run', () => {
  it('goes on after a restart in the middle, and submits nothing again', async () => {
    const on = await bench()
    const first = await on.open()
    const { id } = await first.start(
      await doc(`name: p
modules:
  one: { command: [sh, -c, 'echo x >> ${on.base}/up.ran; echo up > out'], outputs: { out: out } }
  two:
    ${held(on, 'two')}
    inputs: { in: $one.out }
  three: { command: [sh, -c, 'cat "$$0" > last', $in], inputs: { in: $two.out }, outputs: { last: { text: last } } }
outputs: { last: $three.last }
`),
    )
    await begun(on, 'two')
    await first.close()
    await release(on, 'two')
    const again = await on.open()
    const end = await (await again.run(id))?.ended()
    assert.ok(end)
    assert.equal(outputOf(end, 'last'), 'two\n')
    assert.deepEqual([await on.lines('up.ran'), await on.lines('two.ran')], [['x'], ['x']])
  })

  it('at `ask` or `off` goes on only when it is resumed, and says meanwhile what it hangs on', async () => {
    const on = await bench()
    const pipeline = await doc(`name: p
modules:
  one:
    ${held(on, 'one')}
  two: { command: [sh, -c, 'echo x >> ${on.base}/two.ran', $in], inputs: { in: $one.out } }
`)
    const first = await on.open()
    const { id } = await first.start(pipeline, { resume: 'ask' })
    await begun(on, 'one')
    await release(on, 'one')
    await until('one ended', async () => (await first.jobs())[0]?.state.kind === 'succeeded')
    await first.close()
    const again = await on.open()
    const run = await again.run(id)
    assert.ok(run)
    const resting = await run.resting()
    assert.equal(resting.kind, 'suspended')
    assert.deepEqual(resting.kind === 'suspended' && resting.on.map(({ module }) => module), ['one'])
    const signal = AbortSignal.timeout(50)
    await assert.rejects(run.ended({ signal }), { code: 'aborted' })
    assert.deepEqual(await on.lines('two.ran'), [])
    await run.resume()
    await until(
      'two ended',
      async () => (await again.jobs()).filter((job) => job.state.kind === 'succeeded').length === 2,
    )
    assert.equal((await run.resume()).kind, 'done')
  })

  it('has independent chains that do not wait for each other (R2, F11)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(`name: p
modules:
  slow:
    ${held(on, 'slow')}
  after-slow: { command: [cat, $in], inputs: { in: $slow.out } }
  a: { command: [sh, -c, 'echo a > out'], outputs: { out: out } }
  b: { command: [cp, $in, out], inputs: { in: $a.out }, outputs: { out: out } }
  c: { command: [cp, $in, out], inputs: { in: $b.out }, outputs: { out: out } }
  broken: { command: ['false'] }
`),
    )
    await begun(on, 'slow')
    await until('the chain is done', async () => {
      const outcomes = await workspace.outcomes(run.id)
      const kinds = new Map(Object.entries(outcomes).map(([path, { kind }]) => [path, kind]))
      return (
        kinds.get('c') === 'done' && kinds.get('broken') === 'failed' && kinds.get('slow') === 'suspended'
      )
    })
    const resting = await run.resting()
    assert.ok(resting.kind === 'suspended')
    assert.deepEqual(
      resting.failures.map(({ module, reason }) => [module, reason]),
      [['broken', 'exit-code']],
    )
    await release(on, 'slow')
    const end = await run.ended()
    assert.equal(end.kind, 'failed')
    assert.equal(end.outcomes['after-slow']?.kind, 'done')
    assert.equal(JSON.parse(JSON.stringify(end)).outcomes['after-slow'].kind, 'done')
  })

  it('maps with tolerance: failed places are marked, the others kept, equal elements share a job', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(
        `name: p
inputs: { names: { type: [string], default: [a, b, a, bad] } }
modules:
  each:
    map: { over: name, onElementFailure: keep-going }
    command: [sh, -c, 'echo x >> ${on.base}/$0.ran; [ "$0" != bad ] && printf %s "$0" > out', $name]
    inputs: { name: $names }
    outputs: { text: { text: out } }
outputs: { texts: $each.text }
`.replaceAll('$0', '$$$$0'),
      ),
    )
    const end = await run.ended()
    assert.equal(end.kind, 'done')
    const texts = outputOf(end, 'texts')
    assert.ok(Array.isArray(texts))
    assert.deepEqual(texts.slice(0, 3), ['a', 'b', 'a'])
    assert.equal(texts[3]?.kind, 'element-failure')
    assert.deepEqual(await on.lines('a.ran'), ['x'])
  })

  it('that is edited while it is suspended leaves its jobs, and going back finds them (R9)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const text = `name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`
    const old = await workspace.start(await doc(text))
    await begun(on, 'one')
    const edited = await workspace.start(await doc(`name: p\nmodules:\n  one: { command: ['true'] }\n`))
    assert.equal((await edited.ended()).kind, 'done')
    assert.equal((await workspace.jobs()).length, 2)
    const back = await workspace.start(await doc(text))
    await back.resting()
    const plan = await workspace.plan(await doc(text))
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['await'],
    )
    await release(on, 'one')
    assert.deepEqual([(await old.ended()).kind, (await back.ended()).kind], ['done', 'done'])
    assert.deepEqual(await on.lines('one.ran'), ['x'])
  })

  it('waits for a time and for a file, through a restart (R10)', async () => {
    const on = await bench()
    const first = await on.open()
    const { id } = await first.start(
      await doc(`name: p
modules:
  there: { type: file, inputs: { path: '${on.base}/drop' } }
  soon: { type: until, inputs: { after: 4s } }
  read: { command: [cat, $in], inputs: { in: $there.file } }
`),
    )
    await until(
      'it waits',
      async () =>
        Object.values(await first.outcomes(id)).filter(({ kind }) => kind === 'suspended').length === 2,
    )
    await first.close()
    const again = await on.open()
    await on.write('drop', 'dropped')
    const end = await (await again.run(id))?.ended()
    assert.equal(end?.kind, 'done')
  })

  it('shows its state to late subscribers first, then each change, to the end', async () => {
    const on = await bench()
    const workspace = await on.open()
    const events: WorkspaceEvent[] = []
    workspace.events$.subscribe((event) => events.push(event))
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    const kinds: RunState['kind'][] = []
    const whole = new Promise<void>((resolve, reject) =>
      run.state$.subscribe({ next: ({ kind }) => kinds.push(kind), error: reject, complete: resolve }),
    )
    await begun(on, 'one')
    await run.resting()
    const present: string[] = []
    const jobs = workspace.jobs$.subscribe((news) => present.push(news.kind))
    await until('present', async () => present.length > 0)
    await release(on, 'one')
    await whole
    jobs.unsubscribe()
    assert.equal(present[0], 'present')
    assert.deepEqual([kinds[0], kinds.at(-1)], ['active', 'done'])
    const late: RunState['kind'][] = []
    await new Promise<void>((resolve) =>
      run.state$.subscribe({ next: ({ kind }) => late.push(kind), complete: resolve }),
    )
    assert.deepEqual(late, ['done'])
    await workspace.close()
    const told = events.filter((event) => event.kind === 'run' || event.kind === 'outcome')
    assert.deepEqual(told.at(-1), { kind: 'run', run: run.id, state: 'done' })
    const other = await on.open()
    const seen: RunState['kind'][] = []
    const recalled = await other.run(run.id)
    await new Promise<void>((resolve) =>
      recalled?.state$.subscribe({ next: ({ kind }) => seen.push(kind), complete: resolve }),
    )
    assert.deepEqual(seen, ['done'])
  })

  it('is not ended by a waiting that is given up, nor by closing', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    const given = run.ended({ signal: AbortSignal.timeout(30) })
    await assert.rejects(given, { code: 'aborted' })
    await begun(on, 'one')
    const waiting = [run.ended(), run.ended()]
    await run.resting()
    await Promise.all([workspace.close(), ...waiting.map((one) => assert.rejects(one, { code: 'aborted' }))])
    await workspace.close()
    await assert.rejects(run.resting(), { code: 'aborted' })
    await assert.rejects(run.ended(), { code: 'aborted' })
    await release(on, 'one')
    const end = await (await (await on.open()).run(run.id))?.ended()
    assert.equal(end?.kind, 'done')
  })

  it('collects again what its code could not read, and costs no job (R6)', async () => {
    const on = await bench()
    let broken = true
    const modules = [
      moduleType({
        type: 'test/count',
        version: 1,
        inputs: {},
        outputs: { count: z.number() },
        job: () => ({
          command: ['sh', '-c', `echo x >> ${on.base}/ran; echo 7 > n`],
          outputs: { n: { text: 'n' } },
        }),
        collect: async ({ files }) => {
          if (broken) throw new TypeError('cannot read it')
          return { count: Number(await files.text('n')) }
        },
      }),
    ]
    const workspace = await on.open({ modules })
    const run = await workspace.start(
      await doc(`name: p\nmodules:\n  n: { type: test/count }\noutputs: { n: $n.count }\n`, modules),
    )
    const failed = await run.ended()
    assert.ok(failed.kind === 'failed')
    assert.deepEqual([failed.failures[0].error.code], ['collect-failed'])
    broken = false
    const [job] = await workspace.jobs()
    assert.ok(job)
    assert.equal((await workspace.retryJob(job.key)).kind, 'requested')
    assert.equal(outputOf(await run.ended(), 'n'), 7)
    assert.deepEqual(await on.lines('ran'), ['x'])
  })

  it('computes again a module whose code threw, when it is asked to', async () => {
    const on = await bench()
    let broken = true
    const modules = [
      moduleType({
        type: 'test/one',
        version: 1,
        inputs: {},
        outputs: { one: z.number() },
        compute: async () => {
          if (broken) throw new TypeError('not today')
          return { one: 1 }
        },
      }),
    ]
    const workspace = await on.open({ modules })
    const run = await workspace.start(
      await doc(`name: p\nmodules:\n  n: { type: test/one }\noutputs: { n: $n.one }\n`, modules),
    )
    const failed = await run.ended()
    assert.ok(failed.kind === 'failed')
    assert.match(failed.failures[0].error.message, /not today/)
    broken = false
    const { module } = failed.failures[0]
    await workspace.retryModule(run.id, module)
    assert.equal(outputOf(await run.ended(), 'n'), 1)
    await assert.rejects(workspace.retryModule(run.id, module), { code: 'invalid-state' })
  })
})
