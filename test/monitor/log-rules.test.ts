import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { jobEntry, readJob } from '../../src/monitor/kept-job.ts'
import { newAttempt } from '../../src/monitor/new-attempt.ts'
import type { FinalState } from '../../src/records/job-state.ts'
import { workspaceId } from '../../src/core/ids.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { bench, key, notices, request, type Bench } from './monitor-fixture.ts'

const log = [
  { pattern: 'converged$', then: 'notice' as const },
  { pattern: 'NaN', then: 'cancel' as const },
]
const failed: FinalState = { kind: 'failed', since: 1, reason: 'node-failure', message: '', incarnation: 1 }

describe('log rules of a job that ended while our process was dead', () => {
  let logFolder = ''
  before(async () => {
    logFolder = await mkdtemp(join(tmpdir(), 'abeyance-'))
  })
  after(() => rm(logFolder, { recursive: true }))

  /** A job that runs; its process dies with `text` on the host, unread but for `conver`. */
  async function leave({ clock, host, open }: Bench, text: string) {
    const monitor = await open({ logFolder })
    const { tag } = await monitor.start(request('a', { log }))
    await clock.advance(200)
    host.write(tag, 'conver')
    await clock.advance(2000)
    await monitor.close()
    host.write(tag, text)
    return tag
  }
  const marks = async ({ store }: Bench) => {
    const keys: string[] = []
    for await (const { key: one } of store.all('workspace', 'log-rules/')) keys.push(one)
    return keys
  }
  const told = async ({ store }: Bench) =>
    (await notices(store)).filter((one) => one.includes('log-matched')).length
  const readOut = (on: Bench, clocked = () => Promise.resolve()) =>
    eventually('all is read', 10_000, async () => {
      await clocked()
      return (await marks(on)).length === 0 || undefined
    })
  const end = async ({ store }: Bench, state: FinalState) => {
    const job = (await readJob(store, key('a'))) ?? assert.fail()
    return { ...job, state }
  }

  it('are applied to the rest of what was kept, once', async () => {
    const on = bench()
    const tag = await leave(on, 'ged\n')
    assert.deepEqual([await told(on), (await marks(on)).length], [0, 2])
    await writeFile(join(logFolder, `${tag}.1.stdout`), 'converged\n')
    await writeFile(join(logFolder, `${tag}.1.stderr`), 'NaN\n')
    await on.store.put([jobEntry(await end(on, failed))])
    for (let restart = 0; restart < 2; restart++) {
      const monitor = await on.open({ logFolder })
      await readOut(on)
      assert.equal(await told(on), 1)
      assert.equal((await monitor.get(key('a')))?.state.kind, 'failed')
      await monitor.close()
    }
  })

  it('are applied to what its host has where nothing was kept', async () => {
    const on = bench()
    await leave(on, 'ged\n')
    await on.store.put([jobEntry(await end(on, failed))])
    const monitor = await on.open({ logFolder: '/nonexistent' })
    await readOut(on, () => on.clock.advance(2000))
    assert.equal(await told(on), 1)
    await monitor.close()
  })

  it('are applied to an attempt that another has followed by now', async () => {
    const on = bench({ start: 'by-hand' })
    const monitor = await on.open({ logFolder })
    const { tag } = await monitor.start(request('a', { log }))
    await on.clock.advance(200)
    on.host.run(tag)
    await on.clock.advance(2000)
    await monitor.close()
    await writeFile(join(logFolder, `${tag}.1.stdout`), 'NaN\nconverged\n')
    const ended = await end(on, failed)
    await on.store.put([jobEntry(newAttempt(workspaceId('w'), { ...ended, state: failed }, 1))])
    const next = await on.open({ logFolder })
    await readOut(on, () => on.clock.advance(2000))
    assert.equal(await told(on), 1)
    const job = await next.get(key('a'))
    assert.deepEqual([job?.attempt, job?.cancelRequested], [2, undefined])
    await next.close()
  })

  it('go on near where they were, and take no half of a line for a line', async () => {
    const on = bench()
    const first = await on.open({ logFolder })
    const { tag } = await first.start(request('a', { log }))
    await on.clock.advance(200)
    on.host.write(tag, `${'line\n'.repeat(400_000)}converged`)
    await on.clock.advance(8000)
    const offsets = async () => {
      const values: number[] = []
      for await (const { value } of on.store.all('workspace', `log-rules/${tag}/stdout`))
        values.push(Number(JSON.parse(JSON.stringify(value)).offset))
      return values
    }
    const [offset = 0] = await offsets()
    assert.ok(offset > 2 ** 20 && offset <= 2_000_000, String(offset))
    await first.close()
    assert.equal(await told(on), 0)
    on.host.write(tag, ' not\n')
    const second = await on.open({ logFolder })
    await on.clock.advance(3000)
    assert.equal(await told(on), 0)
    on.host.write(tag, 'converged\n')
    await on.clock.advance(3000)
    assert.equal(await told(on), 1)
    await second.close()
  })
})
