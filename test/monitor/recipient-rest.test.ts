import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { noticeId } from '../../src/core/ids.ts'
import type { Logger } from '../../src/core/logger.ts'
import { openOutbox } from '../../src/monitor/open-outbox.ts'
import type { Notice, Notifier } from '../../src/notifiers/notifier.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000

function desk(notify: Notifier['notify']) {
  const clock = virtualClock(noon)
  const store = memoryStore()
  const errors: string[] = []
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (_, message) => errors.push(message) }
  const rules = [{ on: ['job-ended' as const], to: ['ann'] }]
  const outbox = openOutbox({ store, clock, logger, rules, notifiers: new Map([['ann', { notify }]]) })
  const put = async (...names: readonly string[]) => {
    const notices = names.map((name): Notice => {
      return { id: noticeId(name), event: 'job-ended', at: noon, title: name, text: name, about: {} }
    })
    await store.put(notices.flatMap((one) => outbox.entriesFor(one)))
    outbox.poke()
  }
  return { clock, put, errors, close: () => outbox.close() }
}

const failure = (details = {}) => new AbeyanceError('notice-failed', 'no', { details })

describe('a recipient that fails', () => {
  it('is not knocked at once for each notice, and is told of on the third failure', async () => {
    let knocks = 0
    const { clock, put, errors, close } = desk(async () => {
      knocks += 1
      throw failure()
    })
    await put(...Array.from({ length: 100 }, (_, n) => `n${n}`))
    await clock.advance(400)
    assert.deepEqual([knocks, errors], [1, []])
    await clock.advance(60_000)
    assert.ok(knocks >= 5 && knocks <= 12, `${knocks} in the first minute`)
    assert.deepEqual(errors, ['notices are not delivered; they are kept and tried again'])
    await close()
  })

  it('gets all that waited within a minute or so when it is back, whatever their own turns', async () => {
    let isBack = false
    const told = new Set<string>()
    const { clock, put, close } = desk(async ({ title }) => {
      if (!isBack) throw failure()
      told.add(title)
    })
    const names = Array.from({ length: 20 }, (_, n) => `n${n}`)
    await put(...names)
    await clock.advance(3 * hour)
    isBack = true
    await put('fresh')
    await clock.advance(70_000)
    assert.equal(told.size, names.length + 1)
    await close()
  })

  it('is given the time that it asks for', async () => {
    const knocks: number[] = []
    const { clock, put, close } = desk(async () => {
      knocks.push(clock.now() - noon)
      if (knocks.length === 1) throw failure({ retryAfter: 600_000 })
    })
    await put('a', 'b')
    await clock.advance(599_000)
    assert.deepEqual(knocks, [0])
    await clock.advance(62_000)
    assert.equal(knocks.length, 3)
    await close()
  })

  it('is told the others where it always refuses one', async () => {
    const told: string[] = []
    const { clock, put, close } = desk(async ({ title }) => {
      if (title === 'poison') throw failure()
      told.push(title)
    })
    await put('poison', 'a', 'b')
    await clock.advance(5000)
    await put('c')
    await clock.advance(5000)
    assert.deepEqual(told.toSorted(), ['a', 'b', 'c'])
    await close()
  })
})
