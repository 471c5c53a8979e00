import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describe, it } from 'mocha'
import { noticeId } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { NoticeRule } from '../../src/monitor/notice-rule.ts'
import { openOutbox } from '../../src/monitor/open-outbox.ts'
import type { Notice, Notifier } from '../../src/notifiers/notifier.ts'
import { webhook } from '../../src/notifiers/webhook.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import { virtualClock, type VirtualClock } from '../../src/testing/virtual-clock.ts'

const noon = Date.UTC(2026, 0, 1, 12)

function notice(name: string, at = noon): Notice {
  return { id: noticeId(name), event: 'job-ended', at, title: name, text: `${name} ended`, about: {} }
}

async function pending(store: RecordStore): Promise<number> {
  let count = 0
  for await (const _ of store.all('notice')) count += 1
  return count
}

/** A recipient who remembers what was told, and refuses as often as it is told to. */
function person(failures = 0): Notifier & { readonly told: Notice[] } {
  const told: Notice[] = []
  let left = failures
  return {
    told,
    notify(one) {
      told.push(one)
      return left-- > 0 ? Promise.reject(new Error('busy')) : Promise.resolve()
    },
  }
}

function outboxFor(
  clock: VirtualClock,
  store: RecordStore,
  notifier: Notifier,
  rule: Partial<NoticeRule> = {},
) {
  const rules = [{ on: ['job-ended' as const], to: ['ann'], ...rule }]
  return openOutbox({ store, clock, logger: silent, rules, notifiers: new Map([['ann', notifier]]) })
}

describe('openOutbox', () => {
  it('delivers once what was put, and keeps nothing of it', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    const ann = person()
    const outbox = outboxFor(clock, store, ann)
    await store.put(outbox.entriesFor(notice('a')))
    outbox.poke()
    await clock.advance(10_000)
    assert.deepEqual(ann.told, [notice('a')])
    assert.equal(await pending(store), 0)
    await outbox.close()
    await outbox.close()
    assert.equal(clock.timers, 0)
  })

  it('tells nothing of a change that was not put, and nobody who did not ask', async () => {
    const clock = virtualClock(noon)
    const ann = person()
    const outbox = outboxFor(clock, memoryStore(), ann)
    outbox.entriesFor(notice('a'))
    assert.deepEqual(outbox.entriesFor({ ...notice('b'), event: 'run-finished' }), [])
    outbox.poke()
    await clock.advance(3_600_000)
    assert.deepEqual(ann.told, [])
    await outbox.close()
  })

  it('tries again under the same id, later each time, also after a restart', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    const ann = person(4)
    const first = outboxFor(clock, store, ann)
    await store.put(first.entriesFor(notice('a')))
    first.poke()
    await clock.advance(2000)
    await first.close()
    const before = ann.told.length
    assert.ok(before >= 2)
    const second = outboxFor(clock, store, ann)
    await clock.advance(60_000)
    assert.equal(ann.told.length, 5)
    assert.equal(new Set(ann.told.map(({ id }) => id)).size, 1)
    assert.equal(await pending(store), 0)
    await second.close()
  })

  it('gives up a delivery that hangs, and goes on', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    let calls = 0
    const ann: Notifier = { notify: () => (calls++ === 0 ? new Promise(() => {}) : Promise.resolve()) }
    const outbox = outboxFor(clock, store, ann)
    await store.put(outbox.entriesFor(notice('a')))
    outbox.poke()
    await clock.advance(60_000)
    assert.equal(calls, 2)
    assert.equal(await pending(store), 0)
    await outbox.close()
  })

  it('is silent in quiet hours, and tells afterwards', async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1, 23))
    const store = memoryStore()
    const ann = person()
    const outbox = outboxFor(clock, store, ann, { quiet: '* 22-23,0-6 * * *' })
    await store.put(outbox.entriesFor(notice('a', clock.now())))
    outbox.poke()
    await clock.advance(7.9 * 3_600_000)
    assert.equal(ann.told.length, 0)
    await clock.advance(0.2 * 3_600_000)
    assert.equal(ann.told.length, 1)
    await outbox.close()
  })

  it('gathers notices into one digest, also when the time for it was slept through', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    const ann = person(1)
    const outbox = outboxFor(clock, store, ann, { digest: '0 18 * * *' })
    await store.put([...outbox.entriesFor(notice('a')), ...outbox.entriesFor(notice('b'))])
    outbox.poke()
    await clock.advance(3_600_000)
    assert.equal(ann.told.length, 0)
    await clock.leap(24 * 3_600_000)
    await clock.advance(60_000)
    assert.deepEqual(
      ann.told.map(({ title }) => title),
      ['2 notices', '2 notices'],
    )
    assert.equal(new Set(ann.told.map(({ id }) => id)).size, 1)
    assert.equal(await pending(store), 0)
    await outbox.close()
  })

  it('says once how many notices wait for notifiers that are not there any more, and keeps them', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    const before = outboxFor(clock, store, person())
    for (const name of ['a', 'b']) await store.put(before.entriesFor(notice(name)))
    await before.close()
    const said: string[] = []
    const logger = { ...silent, error: (_: object, message: string) => void said.push(message) }
    const outbox = openOutbox({ store, clock, logger, rules: [], notifiers: new Map() })
    await outbox.close()
    assert.equal(said.length, 1)
    assert.match(said[0] ?? '', /2 for "ann".*configure notifiers of these names again/)
    assert.equal(await pending(store), 2)
  })

  it('leaves what waits for its time alone when nothing new was put', async () => {
    const clock = virtualClock(noon)
    const store = memoryStore()
    let reads = 0
    const counted: RecordStore = {
      ...store,
      get(id) {
        reads += 1
        return store.get(id)
      },
    }
    const outbox = outboxFor(clock, counted, person(), { digest: '0 18 * * *' })
    await store.put(outbox.entriesFor(notice('a')))
    outbox.poke()
    await clock.advance(1000)
    const before = reads
    for (let change = 0; change < 100; change += 1) {
      outbox.poke()
      await clock.advance(1)
    }
    assert.equal(reads, before)
    await outbox.close()
  })

  it('refuses a calendar that is none, and a recipient that there is not', () => {
    const clock = virtualClock(noon)
    assert.throws(
      () => outboxFor(clock, memoryStore(), person(), { quiet: 'at night' }),
      /"at night" is no calendar/,
    )
    assert.throws(() => outboxFor(clock, memoryStore(), person(), { to: ['bob'] }), /"bob".*known are: ann/)
  })

  it('reaches a server that failed and hung before it came back, with one id', async () => {
    const ids: (string | string[] | undefined)[] = []
    const answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [
      (_, response) => response.writeHead(500).end(),
      () => {}, // hangs
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      (_, response) => response.writeHead(204).end(),
    ]
    const server = createServer((request, response) => {
      ids.push(request.headers['webhook-id'])
      answers.shift()?.(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const store = memoryStore()
    const clock = virtualClock(noon)
    const outbox = outboxFor(clock, store, webhook({ url: `http://127.0.0.1:${port}/`, timeout: 200 }))
    await store.put(outbox.entriesFor(notice('a')))
    outbox.poke()
    while ((await pending(store)) > 0) await clock.advance(500)
    assert.deepEqual(ids, ['a', 'a', 'a', 'a'])
    await outbox.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
})
