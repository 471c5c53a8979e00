import assert from 'node:assert/strict'
import { isJsonObject, type Json } from '../core/json.ts'
import type { Entry, RecordId, RecordKind, RecordStore } from '../records/record-store.ts'
import { asking, type Ask, type Harness, type Subject } from './harness.ts'

export interface StoreSubject extends Subject {
  /** A new store, empty and open. */
  readonly store: RecordStore
  /** Opens the same place again, as another process would. Left out by a store that lives in memory. */
  readonly open?: () => Promise<RecordStore>
  /** Opens what kill -9 would leave at this moment: for files, a copy of the folder. Left out by a store that lives in memory. */
  readonly afterKill?: () => Promise<RecordStore>
}

/**
 * Asks a record store whether it keeps the contract of `RecordStore`: whole groups, copies and never references, order of
 * history, one opener, nothing lost by kill -9 once `put` resolved.
 *
 * ```ts
 * import { test } from 'node:test' // or vitest; with mocha: `{ test: it }`
 * import { storeSuite } from 'abeyance/testing'
 *
 * storeSuite({ test }, async () => {
 *   const folder = await mkdtemp('/tmp/store-')
 *   const store = await openMyStore(folder)
 *   return {
 *     store,
 *     open: () => openMyStore(folder),
 *     afterKill: async () => openMyStore(await copyOf(folder)),
 *     close: async () => (await store.close(), rm(folder, { recursive: true })),
 *   }
 * })
 * ```
 *
 * A store that lives in memory says `{ durable: false }` and is not asked about a second opener and kill -9.
 */
export function storeSuite(
  harness: Harness,
  create: () => Promise<StoreSubject>,
  supports: { readonly durable: boolean } = { durable: true },
): void {
  const ask = asking(harness, create)
  askOfValues(ask)
  askOfCopies(ask)
  askOfGroups(ask)
  askOfLists(ask)
  askOfClosing(ask)
  if (supports.durable) askOfDisk(ask)
}

const job = (key: string): RecordId => ({ kind: 'job', key })
const entry = (key: string, value: Json | undefined, kind: RecordKind = 'job'): Entry => ({
  kind,
  key,
  value,
})

/** Keys and texts that are special to some language, shell or file system, but not to us. */
const odd = [
  '__proto__',
  'constructor',
  'a/b',
  '../up',
  'two\nlines',
  `'"$x\``,
  '\u2028é😀',
  '%00',
  ' ',
  'a'.repeat(300),
]

function askOfValues(ask: Ask<StoreSubject>): void {
  ask('gives back every kind of JSON as it was put', async ({ store }) => {
    const values: Json[] = [null, true, 0, -1.5e-7, '', 'x', [], {}, [[{ a: [null] }]], { a: { b: '' } }]
    await store.put(values.map((value, index) => entry(`v${index}`, value)))
    for (const [index, value] of values.entries()) assert.deepEqual(await store.get(job(`v${index}`)), value)
  })

  ask('knows nothing of what was never put, nor of the same key in another kind', async ({ store }) => {
    await store.put([entry('a', 1)])
    assert.equal(await store.get(job('b')), undefined)
    assert.equal(await store.get({ kind: 'run', key: 'a' }), undefined)
    assert.equal(await store.get(job('toString')), undefined)
  })

  ask('replaces a record that is put again', async ({ store }) => {
    await store.put([entry('a', { first: 1 })])
    await store.put([entry('a', { second: 2 })])
    assert.deepEqual(await store.get(job('a')), { second: 2 })
    assert.deepEqual(await listed(store, 'job'), [['a', { second: 2 }]])
  })

  ask('takes any text for a key and in a value', async ({ store }) => {
    for (const text of odd) await store.put([entry(text, { text })])
    for (const text of odd) assert.deepEqual(await store.get(job(text)), { text }, JSON.stringify(text))
    assert.equal((await listed(store, 'job')).length, odd.length)
  })

  ask('keeps a record of a megabyte', async ({ store }) => {
    const large = { text: 'abcd'.repeat(256 * 1024) }
    await store.put([entry('large', large)])
    assert.deepEqual(await store.get(job('large')), large)
  })

  ask('forgets what is removed, and takes removing what is absent for no fault', async ({ store }) => {
    await store.put([entry('a', 1), entry('b', 2)])
    await store.remove([job('a'), job('never')])
    assert.equal(await store.get(job('a')), undefined)
    assert.deepEqual(await listed(store, 'job'), [['b', 2]])
  })
}

function askOfCopies(ask: Ask<StoreSubject>): void {
  ask('keeps a copy of what it is given', async ({ store }) => {
    const mine = { list: [1] }
    await store.put([entry('a', mine)])
    mine.list.push(2)
    assert.deepEqual(await store.get(job('a')), { list: [1] })
  })

  ask('hands out copies from get', async ({ store }) => {
    await store.put([entry('a', { list: [1] })])
    spoil(await store.get(job('a')))
    assert.deepEqual(await store.get(job('a')), { list: [1] })
  })

  ask('hands out copies from all', async ({ store }) => {
    await store.put([entry('a', { list: [1] })])
    for await (const { value } of store.all('job')) spoil(value)
    assert.deepEqual(await listed(store, 'job'), [['a', { list: [1] }]])
  })
}

function askOfGroups(ask: Ask<StoreSubject>): void {
  ask('puts and removes in one group', async ({ store }) => {
    await store.put([entry('old', 1), entry('r', 1, 'run')])
    await store.put([entry('old', undefined), entry('new', 2), entry('r', 2, 'run')])
    assert.deepEqual(await listed(store, 'job'), [['new', 2]])
    assert.equal(await store.get({ kind: 'run', key: 'r' }), 2)
  })

  ask('leaves nothing of a group that it refuses', async ({ store }) => {
    const cycle: Json[] = []
    cycle.push(cycle)
    await store.put([entry('a', 'before')])
    await assert.rejects(store.put([entry('a', 'after'), entry('b', 1), entry('c', cycle)]))
    assert.equal(await store.get(job('a')), 'before')
    assert.equal(await store.get(job('b')), undefined)
    await store.put([entry('d', 'later')])
    assert.equal(await store.get(job('d')), 'later')
  })

  ask('lets the last call win where many put at once', async ({ store }) => {
    const turns = Array.from({ length: 200 }, (_, turn) => turn)
    await Promise.all(turns.map((turn) => store.put([entry('same', turn), entry(`own${turn}`, turn)])))
    assert.equal(await store.get(job('same')), 199)
    assert.equal((await listed(store, 'job', 'own')).length, 200)
  })
}

function askOfLists(ask: Ask<StoreSubject>): void {
  ask('lists the records of one kind, all or those whose key starts so', async ({ store }) => {
    await store.put([entry('a/1', 1), entry('a/2', 2), entry('b/1', 3), entry('a/3', 4, 'run')])
    assert.deepEqual(sorted(await listed(store, 'job')), [['a/1', 1], ['a/2', 2], ['b/1', 3]]) // prettier-ignore
    assert.deepEqual(sorted(await listed(store, 'job', 'a/')), [['a/1', 1], ['a/2', 2]]) // prettier-ignore
    assert.deepEqual(await listed(store, 'job', 'c'), [])
    assert.deepEqual(await listed(store, 'wait'), [])
  })

  ask('gives history in the order it was put', async ({ store }) => {
    const keys = ['j/9', 'j/10', 'j/1', 'j/z', 'j/a']
    for (const key of keys) await store.put([entry(key, key, 'change')])
    await store.put([entry('k/1', 1, 'change'), entry('j/0', 'j/0', 'change')])
    const given = await listed(store, 'change', 'j/')
    assert.deepEqual(
      given.map(([key]) => key),
      [...keys, 'j/0'],
    )
  })

  ask('may be written to while it is listed', async ({ store }) => {
    await store.put(['a', 'b', 'c'].map((key) => entry(key, 1)))
    const seen = new Set<string>()
    for await (const { key } of store.all('job')) {
      seen.add(key)
      await store.put([entry(key, 2)])
    }
    assert.deepEqual([...seen].toSorted(), ['a', 'b', 'c'])
  })
}

function askOfClosing(ask: Ask<StoreSubject>): void {
  ask('may be closed twice, and refuses every call afterwards', async ({ store }) => {
    await store.put([entry('a', 1)])
    await store.close()
    await store.close()
    const closed = { code: 'store-closed' }
    await assert.rejects(store.put([entry('b', 1)]), closed)
    await assert.rejects(store.get(job('a')), closed)
    await assert.rejects(store.remove([job('a')]), closed)
    await assert.rejects(listed(store, 'job'), closed)
  })
}

function askOfDisk(ask: Ask<StoreSubject>): void {
  const given = 'create() must give `open` and `afterKill`, or the suite be told { durable: false }'
  ask('refuses a second opener while the first is open', async ({ open }) => {
    assert.ok(open, given)
    await assert.rejects(open(), { code: 'workspace-held' })
  })

  ask('has everything when it is opened again after it was closed', async ({ store, open }) => {
    assert.ok(open, given)
    await store.put([entry('a', { list: [1] }), entry('b', 2), entry('h/2', 'x', 'change')])
    await store.put([entry('b', undefined), entry('h/1', 'y', 'change')])
    await store.close()
    const again = await open()
    const found = [await listed(again, 'job'), await listed(again, 'change')]
    await again.close()
    assert.deepEqual(found, [[['a', { list: [1] }]], [['h/2', 'x'], ['h/1', 'y']]]) // prettier-ignore
  })

  ask('loses nothing by kill -9 once put or remove resolved', async ({ store, afterKill }) => {
    assert.ok(afterKill, given)
    for (let turn = 0; turn < 5; turn++) {
      await store.put([entry('a', turn), entry(`h/${turn}`, turn, 'change'), entry('b', turn)])
      assert.deepEqual(await keptBy(afterKill), { jobs: 2, a: turn, history: turn + 1 })
      await store.remove([job('b')])
      assert.deepEqual(await keptBy(afterKill), { jobs: 1, a: turn, history: turn + 1 })
    }
  })
}

async function keptBy(afterKill: () => Promise<RecordStore>) {
  const store = await afterKill()
  const jobs = (await listed(store, 'job')).length
  const history = (await listed(store, 'change')).length
  const a = await store.get(job('a'))
  await store.close()
  return { jobs, a, history }
}

async function listed(store: RecordStore, kind: RecordKind, prefix?: string) {
  const found: [string, Json][] = []
  for await (const { key, value } of store.all(kind, prefix)) found.push([key, value])
  return found
}

function sorted(records: readonly [string, Json][]) {
  return records.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** Changes a value that was handed out: what no store may notice. */
function spoil(value: Json | undefined): void {
  const list = isJsonObject(value) ? value['list'] : undefined
  assert.ok(Array.isArray(list), 'the record is not what was put')
  list.push('spoilt')
}
