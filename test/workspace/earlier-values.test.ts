import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench, doc, outputOf } from './bench.ts'

describe('a run whose module another run made afresh', () => {
  it('goes on showing the values that it had, also after a restart and gc', async () => {
    const on = await bench()
    const pipeline = await doc(`name: p
modules:
  one: { command: [cp, '${on.base}/word', out], outputs: { out: { text: out } } }
outputs: { out: $one.out }
`)
    let workspace = await on.open()
    const make = async (word: string, fresh: boolean) => {
      await on.write('word', word)
      const run = await workspace.start(pipeline, fresh ? { fresh: ['one'] } : {})
      assert.equal(outputOf(await run.ended(), 'out'), word)
      return run.id
    }
    const words = ['a', 'b', 'c', 'c']
    const runs = [
      await make('a', false),
      await make('b', true),
      await make('c', true),
      await make('c', false),
    ]
    const shown = async () => {
      const all: unknown[] = []
      for (const id of runs) {
        const run = (await workspace.run(id)) ?? assert.fail(id)
        all.push(outputOf(await run.ended(), 'out'))
      }
      return all
    }
    assert.deepEqual(await shown(), words)
    await workspace.close()
    workspace = await on.open()
    assert.deepEqual(await shown(), words)
    assert.equal((await workspace.gc({ olderThan: 3_600_000 })).outputs, 0)
    assert.deepEqual(await shown(), words)
    // One under the key, and one for each version.
    assert.equal((await workspace.gc({ olderThan: -1 })).outputs, 4)
  })

  it('keeps one record where what was made afresh is the same', async () => {
    const on = await bench()
    const pipeline = await doc(`name: p
modules:
  one: { command: [sh, -c, 'echo same > out'], outputs: { out: { text: out } } }
outputs: { out: $one.out }
`)
    const workspace = await on.open()
    for (const fresh of [[], ['one']]) await (await workspace.start(pipeline, { fresh })).ended()
    assert.equal((await workspace.gc({ olderThan: -1 })).outputs, 1)
  })
})
