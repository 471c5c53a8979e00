import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { isJsonObject } from '../../src/core/json.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { begun, bench, doc, failing, held, outputOf, quick, release } from './bench.ts'

const one = `name: p\nmodules:\n  one: { command: ['true'] }\n`
const two = (base: string) => `name: p
modules:
  one: { command: [sh, -c, 'echo x >> ${base}/one.ran; echo 1 > out'], outputs: { out: out } }
  two: { command: [sh, -c, 'echo x >> ${base}/two.ran; cat "$$0" > out', $in], inputs: { in: $one.out }, outputs: { out: { text: out } } }
outputs: { out: $two.out }
`

describe('a workspace that meets a fault', () => {
  it('says clearly that the disk is full, whenever it is, and the run goes on afterwards with nothing run twice', async () => {
    const said = new Set<string>()
    for (const nth of [2, 3, 4, 6, 8]) {
      const on = await bench({ monitor: { ...quick, firstRetry: 20, lastRetry: 50, submitAgain: 20 } })
      const workspace = await on.open()
      let appends = 0
      const isFull = (operation: string, path: string) =>
        operation === 'append' && path.startsWith(on.folder) && path.includes('journal') && ++appends >= nth
      const run = await failing(isFull, async () => {
        const started = await workspace.start(await doc(two(on.base)))
        // The second is the run's own, which says so. What the monitor cannot write down it tries again: then the run waits.
        await started
          .ended({ signal: AbortSignal.timeout(nth === 2 ? 10_000 : 400) })
          .catch(({ code, message }) => {
            said.add(code)
            if (code !== 'aborted') assert.match(message, /no space|full/)
          })
        return started
      })
      assert.equal(outputOf(await run.ended(), 'out'), '1\n', `the disk was full from append ${nth} on`)
      assert.deepEqual([await on.lines('one.ran'), await on.lines('two.ran')], [['x'], ['x']])
      await workspace.close()
    }
    assert.equal(said.has('disk-full'), true)
    assert.deepEqual(
      [...said].filter((code) => code !== 'disk-full' && code !== 'aborted'),
      [],
    )
  })

  it('does not start what cannot be written down', async () => {
    const on = await bench()
    const workspace = await on.open()
    const isFull = (operation: string, path: string) => operation === 'append' && path.includes('journal')
    await failing(isFull, async () => assert.rejects(workspace.start(await doc(one)), { code: 'disk-full' }))
    assert.deepEqual(await workspace.runs(), [])
    const run = await workspace.start(await doc(one))
    assert.equal((await run.ended()).kind, 'done')
  })

  it('opens a run again whose lost job spoke before the run could hear of it (J2)', async () => {
    const on = await bench()
    const first = await on.open()
    const { id } = await first.start(await doc(two(on.base)))
    await (await first.run(id))?.ended()
    await first.close()
    // As a kill leaves it: the job has succeeded after all, and its run still says that it was lost.
    const store = await lowdbStore(on.path('ws/.abeyance/records'))
    const outcome = await store.get({ kind: 'outcome', key: `${id}/one` })
    const run = await store.get({ kind: 'run', key: id })
    assert.ok(isJsonObject(outcome) && isJsonObject(run))
    const error = { code: 'job-lost', message: 'lost' }
    const lost = { kind: 'failed', error, job: outcome['signature'] ?? null, attempt: 1 }
    await store.put([
      { kind: 'outcome', key: `${id}/one`, value: lost },
      { kind: 'outcome', key: `${id}/two`, value: { kind: 'skipped', because: 'failure', of: 'one' } },
      { kind: 'run', key: id, value: { ...run, state: 'failed' } },
    ])
    await store.close()
    const end = await (await (await on.open()).run(id))?.ended()
    assert.equal(end?.kind, 'done')
    assert.deepEqual([await on.lines('one.ran'), await on.lines('two.ran')], [['x'], ['x']])
  })

  it('is refused while another drives it, and opens when that is closed', async () => {
    const on = await bench()
    const workspace = await on.open()
    await assert.rejects(on.open(), { code: 'workspace-held', message: /held by process/ })
    await workspace.close()
    await (await on.open()).close()
  })

  it('leaves nothing open when its folder cannot be made or opened', async () => {
    const on = await bench()
    await on.write('ws', 'a file where the folder should be')
    await assert.rejects(on.open(), ({ code }: { code: string }) =>
      ['not-writable', 'missing-file', 'invalid-value'].includes(code),
    )
    const other = await bench()
    const isInbox = (operation: string, path: string) => operation === 'make-folder' && path.includes('inbox')
    await failing(isInbox, () => assert.rejects(other.open(), { code: 'disk-full' }))
    await (await other.open()).close() // the lock was given back
  })

  it('works over any store, and closes the one it was handed', async () => {
    const on = await bench()
    const store = memoryStore()
    const workspace = await on.open({ store })
    const run = await workspace.start(await doc(one))
    assert.equal((await run.ended()).kind, 'done')
    await workspace.close()
    await assert.rejects(store.put([]), { code: 'store-closed' })
  })

  it('closes when its signal is aborted, and is not opened when it was before', async () => {
    const on = await bench()
    await assert.rejects(on.open({ signal: AbortSignal.abort() }), { code: 'aborted' })
    const stop = new AbortController()
    const workspace = await on.open({ signal: stop.signal })
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    await begun(on, 'one')
    const waiting = assert.rejects(run.ended(), { code: 'aborted' })
    stop.abort()
    await waiting
    await workspace.close()
    await (await lowdbStore(`${on.folder}/.abeyance/records`)).close()
    await release(on, 'one')
    assert.equal((await (await (await on.open()).run(run.id))?.ended())?.kind, 'done')
  })
})
