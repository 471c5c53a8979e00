import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { systemClock } from '../../src/core/clock.ts'
import type { AbeyanceError } from '../../src/core/error.ts'
import { identify } from '../../src/core/system/this-host.ts'
import { bench, begun, doc, held, until, type Bench } from './bench.ts'

/** Leaves the workspace as a container that was killed does: its lock is held by a process that cannot be seen from here. */
async function killedElsewhere(on: Bench): Promise<void> {
  const folder = join(on.folder, '.abeyance/records/lock')
  const epochs = (await readdir(folder)).map(Number)
  const there = { ...(await identify()), host: 'elsewhere', started: 'then', since: 1, released: false }
  await writeFile(join(folder, String(Math.max(...epochs))), JSON.stringify(there))
}

/** Every look at it is a quarter of a minute after the one before: whoever waits for an answer gives up at once. */
function hasty() {
  let now = Date.now()
  return { ...systemClock, now: () => (now += 15_000) }
}

describe('a workspace whose driver was killed with its container', () => {
  it('is opened and changed only on demand, and says so', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    await begun(on, 'one')
    const [job] = await workspace.jobs()
    assert.ok(job)
    await workspace.close()
    await killedElsewhere(on)
    const refused = await on.open().catch((error: AbeyanceError) => error)
    assert.ok('code' in refused && refused.code === 'workspace-held')
    assert.deepEqual([refused.details['host'], refused.details['seen']], ['elsewhere', false])
    await assert.rejects((await on.read({ clock: hasty() })).cancelJob(job.key, { evenIfNeeded: true }), {
      code: 'request-timeout',
      message: /nobody answered cancel-job .* cannot be seen from here: .* take over \(`--take-over`/,
    })
    const view = await on.read({ takeOver: true })
    await view.cancelRun(run.id, { by: 'ann' })
    assert.equal((await view.job(job.key))?.state.kind, 'cancelled')
    const next = await on.open() // whoever took it over has closed it
    assert.deepEqual(
      (await next.runs()).map(({ state }) => state),
      ['cancelled'],
    )
  })

  it('has its jobs given up by a request beside the next driver, and run again', async () => {
    const on = await bench()
    const workspace = await on.open()
    await workspace.start(await doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`))
    await begun(on, 'one')
    const [job] = await workspace.jobs()
    assert.ok(job)
    const view = await on.read()
    const plain = await view.retryJob(job.key, { by: 'ann', abandon: true })
    assert.match((plain.kind === 'open' && plain.evidence?.text) || '', /^claimed by wrapper \d+ on /)
    const claim = join(on.folder, '.abeyance/work')
    const [id = ''] = await readdir(claim)
    const path = join(claim, id, job.tag, 'claim.1')
    const was = await readFile(path, 'utf8')
    await writeFile(path, was.replace(/,[^,/]+\/(\d+),/, ',elsewhere/1,'))
    try {
      const answer = await view.retryJob(job.key, { by: 'ann', abandon: true })
      assert.equal(answer.kind === 'requested' && answer.job.attempt, 2)
      await until('it runs again', async () => (await on.lines('one.ran')).length === 2)
    } finally {
      await writeFile(path, was)
      const group = await readFile(join(claim, id, job.tag, 'run.1/group'), 'utf8')
      process.kill(-Number(group.split(',')[0]))
    }
    assert.deepEqual(await view.cancelJob(job.key, { evenIfNeeded: true, by: 'ann' }), { kind: 'requested' })
    await until('it is cancelled', async () => (await view.job(job.key))?.state.kind === 'cancelled')
  })
})
