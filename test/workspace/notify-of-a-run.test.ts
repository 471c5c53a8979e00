import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Notice, Notifier } from '../../src/notifiers/notifier.ts'
import { bench, begun, doc, held, release, until } from './bench.ts'

function person(): Notifier & { readonly told: Notice[] } {
  const told: Notice[] = []
  return { told, notify: async (one) => void told.push(one) }
}

describe('the notifiers of one run', () => {
  it('are told of its end beside those of the rules, each once, also when they were named later', async () => {
    const [ann, bob, eve] = [person(), person(), person()]
    const on = await bench({
      notifiers: { ann, bob, eve },
      notices: [{ on: ['run-finished'], to: ['ann'] }],
    })
    const first = await on.open()
    const pipeline = await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`)
    await assert.rejects(
      first.start(pipeline, { notify: ['bbo'] }),
      /no notifier `bbo`; did you mean `bob`\?/,
    )
    const run = await first.start(pipeline, { key: 'k', notify: ['ann'] })
    await begun(on, 'one')
    await first.start(pipeline, { key: 'k', notify: ['bob'] })
    await first.close()
    const workspace = await on.open()
    await release(on, 'one')
    await (await workspace.run(run.id))?.ended()
    await until('both are told', async () => ann.told.length === 1 && bob.told.length === 1)
    assert.deepEqual(ann.told, bob.told)
    assert.equal(ann.told[0]?.event, 'run-finished')
    assert.deepEqual(eve.told, [])
    await assert.rejects(
      (await workspace.run(run.id))?.notify(['eve']) ?? assert.fail(),
      /of its end nobody else/,
    )
  })
})
