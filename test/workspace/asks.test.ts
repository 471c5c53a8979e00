import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { jobKey, modulePath, runId, type JobKey } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { Approval, AskedWait } from '../../src/modules/asked-wait.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { Entry } from '../../src/records/record-store.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { openAsks } from '../../src/workspace/asks.ts'
import { makeToken, tellToken } from '../../src/workspace/callback-tokens.ts'

const hour = 3_600_000
const day = 24 * hour
const run = { id: runId('r'), name: 'study' }
const key = jobKey('r/release')
const module = modulePath('release')

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function world() {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-asks-'))
  folders.push(folder)
  const clock = virtualClock()
  const store = memoryStore()
  const groups: (readonly Entry[])[] = []
  const notices: Notice[] = []
  const over: JobKey[] = []
  const record = { id: 'r', name: 'study', base: '/', state: 'open', pipeline: {}, inputs: {}, startedAt: 1 }
  await store.put([{ kind: 'run', key: 'r', value: record }])
  const open = (failing = () => false) =>
    openAsks({
      store: {
        ...store,
        async put(entries) {
          if (failing()) throw new Error('ENOSPC')
          groups.push(entries)
          await store.put(entries)
        },
      },
      outbox: {
        entriesFor(notice) {
          notices.push(notice)
          return [{ kind: 'notice', key: notice.id, value: {} }]
        },
        poke() {},
        close: async () => {},
      },
      clock,
      logger: silent,
      tokenKey: join(folder, 'token-key'),
      over: (one) => over.push(one),
    })
  const approval = (more: Partial<Approval> = {}): AskedWait => ({
    kind: 'approval',
    message: 'Go?',
    since: clock.now(),
    atDeadline: 'reject',
    onReject: 'fail',
    ...more,
  })
  const token = (): AskedWait => ({ kind: 'token', since: clock.now() })
  return { folder, clock, groups, notices, over, open, approval, token }
}

describe('waits that somebody answers', () => {
  it('are kept in one group with their notices, once', async () => {
    const here = await world()
    const asks = here.open()
    const first = await asks.hold(key, here.approval(), run)
    await here.clock.advance(hour)
    assert.deepEqual(await asks.hold(key, here.approval(), run), first)
    assert.deepEqual(
      here.groups.map((group) => group.map(({ kind }) => kind)),
      [['wait', 'notice']],
    )
    assert.equal(here.notices.length, 1)
  })

  it('cost nothing without a deadline: no timer runs', async () => {
    const here = await world()
    const asks = here.open()
    await asks.hold(key, here.approval(), run)
    await asks.hold(jobKey('r/other'), here.token(), run)
    assert.equal(here.clock.timers, 0)
    asks.close()
  })

  it('end at their deadline, on disk before it is told, and one timer does for all', async () => {
    const here = await world()
    const asks = here.open()
    const deadline = here.clock.now() + 2 * hour
    await asks.hold(key, here.approval({ deadline }), run)
    await asks.hold(jobKey('r/later'), here.approval({ deadline: deadline + hour }), run)
    assert.equal(here.clock.timers, 1)
    await here.clock.advance(2 * hour - 1)
    assert.deepEqual(here.over, [])
    await here.clock.advance(1)
    assert.deepEqual(here.over, [key])
    const held = await asks.hold(key, here.approval(), run)
    assert.deepEqual(held.end, { decision: 'rejected', at: deadline })
    await here.clock.advance(hour)
    assert.equal(here.clock.timers, 0)
    asks.close()
  })

  it('meet a deadline that passed while the machine slept, or nobody drove', async () => {
    const here = await world()
    const asks = here.open()
    const deadline = here.clock.now() + day
    await asks.hold(key, here.approval({ deadline }), run)
    here.clock.set(deadline + day) // a clock that was set moves no timer
    await here.clock.advance(60_000)
    assert.deepEqual(here.over, [key])
    asks.close()
    const later = here.open()
    const other = await later.hold(jobKey('r/late'), here.approval({ deadline }), run)
    assert.deepEqual(other.end, { decision: 'rejected', at: deadline })
    const said = { run: run.id, module, answer: { kind: 'approve' } } as const
    await assert.rejects(later.answer(said), { code: 'invalid-state', message: /its deadline decided it/ })
    later.close()
    assert.equal(here.clock.timers, 0)
  })

  it('try a deadline again that the disk would not take', async () => {
    const here = await world()
    let isFull = false
    const asks = here.open(() => isFull)
    await asks.hold(key, here.approval({ deadline: here.clock.now() + hour }), run)
    isFull = true
    await here.clock.advance(hour + 1000)
    assert.deepEqual(here.over, [])
    isFull = false
    await here.clock.advance(5000)
    assert.deepEqual(here.over, [key])
    asks.close()
  })

  it('take one of two answers that come at once', async () => {
    const here = await world()
    const asks = here.open()
    await asks.hold(key, here.approval(), run)
    const said = (kind: 'approve' | 'reject') =>
      asks.answer({ run: run.id, module, answer: { kind }, by: 'ada' })
    const both = await Promise.allSettled([said('approve'), said('reject'), said('approve')])
    assert.deepEqual(
      both.map((one) => (one.status === 'fulfilled' ? one.value.kind : one.reason.code)),
      ['taken', 'invalid-state', 'repeated'],
    )
    const held = await asks.hold(key, here.approval(), run)
    assert.equal(held.end && 'decision' in held.end && held.end.decision, 'approved')
    asks.close()
  })

  it('have tokens of one key, also where they begin at once', async () => {
    const here = await world()
    const keyPath = join(here.folder, 'token-key')
    const waits = Array.from({ length: 8 }, (_, index) => jobKey(`r/m${index}`))
    const made = await Promise.all(waits.map((wait) => makeToken(keyPath, wait)))
    for (const [index, wait] of waits.entries())
      assert.match(await tellToken(keyPath, wait, made[index] ?? assert.fail()), /^[\w-]{43}$/)
    assert.deepEqual(await readdir(here.folder), ['token-key'])
  })

  it('have one token, whoever holds them again, and are answered by that alone', async () => {
    const here = await world()
    const asks = here.open()
    const held = await asks.hold(key, here.token(), run)
    asks.close()
    const later = here.open()
    assert.deepEqual(await later.hold(key, here.token(), run), held)
    const said = { run: run.id, module, answer: { kind: 'success', value: 1 } } as const
    await assert.rejects(later.answer({ ...said, tokenHash: 'another' }), { code: 'unknown-wait' })
    const tokenHash = held.kind === 'token' ? held.made?.hash : undefined
    assert.deepEqual(await later.answer({ ...said, tokenHash }), { kind: 'taken' })
    assert.deepEqual(here.over, [key])
    later.close()
  })
})
