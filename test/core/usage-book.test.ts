import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openUsageBook, sumOf } from '../../src/core/usage-book.ts'
import { queuePace } from '../../src/runners/queue-pace.ts'
import { openPurse } from '../../src/runners/purse.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { sharedHosts } from '../../src/workspace/shared-state.ts'

const hour = 3_600_000

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'usage-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('a book of what was asked of a host', () => {
  const open = () => openUsageBook(async () => join(folder, 'me@host'))

  it('is one for all who write into it, each kind by itself, from a time on', async () => {
    const start = Date.UTC(2026, 0, 1, 23, 30)
    await Promise.all([0, 1, 2, 3, 4].map((n) => open().spend('bytes', 100, start + (n * hour) / 2)))
    await open().spend('commands', 7, start)
    await open().spend('bytes', -50, start + 2 * hour)
    assert.equal(sumOf(await open().since('bytes', start)), 450)
    assert.equal(sumOf(await open().since('bytes', start + hour)), 250)
    assert.equal(sumOf(await open().since('commands', start)), 7)
    assert.deepEqual(await open().since('connections', 0), [])
  })

  it('keeps the commands of an hour across a restart, and counts those of others', async () => {
    const clock = virtualClock()
    clock.set(Date.UTC(2026, 0, 1))
    const first = openPurse(clock, 12, 'commands', open())
    first.pay(11)
    await first.refresh()
    const again = openPurse(clock, 12, 'commands', open())
    await again.refresh()
    assert.equal(again.has(), true)
    const other = openPurse(clock, 12, 'commands', open())
    other.pay(1)
    await other.refresh()
    await again.refresh()
    assert.deepEqual([again.has(), again.until() - clock.now()], [false, hour / 12])
    clock.set(clock.now() + hour / 12)
    assert.equal(again.has(), true)
  })

  it('says why a scheduler is not asked though somebody waits, and until when', async () => {
    const clock = virtualClock()
    clock.set(Date.UTC(2026, 0, 1))
    await open().spend('commands-in-doubt', 10, clock.now())
    const pace = queuePace(clock, 1, open())
    const spared = () => pace.spared
    await pace.refresh()
    const question = { jobs: [], doubtful: new Set<never>(), ranges: [] }
    assert.equal(pace.next({ ...question, known: new Map() }).may.queue, false)
    assert.equal(spared(), undefined)
    const { tag } = await import('../../src/core/ids.ts')
    clock.set(clock.now() + 1)
    assert.equal(pace.next({ ...question, urgent: new Set([tag('ja')]) }).may.queue, false)
    assert.match(spared()?.why ?? '', /^10 commands of its scheduler were spent in an hour/)
    const until = spared()?.until ?? 0
    assert.ok(until > clock.now() && until <= clock.now() + hour / 10)
    clock.set(until)
    assert.equal(pace.next({ ...question, urgent: new Set([tag('ja')]) }).may.queue, true)
    assert.equal(spared(), undefined)
  })
})

describe('where budgets are kept', () => {
  const told = (variables: Record<string, string>) => sharedHosts('/w', (name) => variables[name])()

  it('is the state folder of the user, whatever the workspace; its own where there is none or it is not writable', async () => {
    assert.equal(await told({ XDG_STATE_HOME: folder, HOME: '/h' }), join(folder, 'abeyance/hosts'))
    assert.equal(await told({ HOME: folder }), join(folder, '.local/state/abeyance/hosts'))
    assert.equal(await told({}), '/w/.abeyance/hosts')
    assert.equal(await told({ XDG_STATE_HOME: '/dev/null/x' }), '/w/.abeyance/hosts')
    assert.equal(await told({ XDG_STATE_HOME: 'relative' }), '/w/.abeyance/hosts')
  })
})
