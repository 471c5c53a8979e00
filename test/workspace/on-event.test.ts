import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { WorkspaceEvent } from '../../src/workspace/workspace.ts'
import { begun, bench, doc, held, release } from './bench.ts'

describe('onEvent', () => {
  it('is told what is found out while the workspace opens, which no later subscriber sees', async () => {
    const on = await bench()
    const first = await on.open()
    const run = await first.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    await begun(on, 'one')
    await first.close()
    await release(on, 'one')
    const told: WorkspaceEvent[] = []
    const later: WorkspaceEvent[] = []
    const workspace = await on.open({ onEvent: (event) => told.push(event) })
    workspace.events$.subscribe((event) => later.push(event))
    assert.equal((await (await workspace.run(run.id))?.ended())?.kind, 'done')
    const early = told.slice(0, told.length - later.length)
    assert.deepEqual(told.slice(early.length), later)
    const states = told.flatMap((event) => (event.kind === 'changed' ? [event.change.to] : []))
    assert.deepEqual([states.at(-1), told.at(-1)?.kind], ['succeeded', 'run'])
  })
})
