import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Json } from '../../src/core/json.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { recordKinds, type RecordStore } from '../../src/records/record-store.ts'
import { lockFolder } from '../../src/records/store-files.ts'
import { storeSuite, type StoreSubject } from '../../src/testing/store-suite.ts'
import { failedQuestions } from './failed-questions.ts'

/** Files of a new folder, as a process that was killed would leave them: its lock is nobody's. */
async function onDisk({ change = same, lock = true } = {}): Promise<StoreSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'))
  const opened: RecordStore[] = []
  const open = async (path: string) => {
    if (!lock) await rm(lockFolder(path), { recursive: true, force: true })
    const store = await change(await lowdbStore(path))
    opened.push(store)
    return store
  }
  let copies = 0
  return {
    store: await open(join(folder, 'records')),
    open: () => open(join(folder, 'records')),
    async afterKill() {
      const copy = join(folder, `copy${++copies}`)
      await cp(join(folder, 'records'), copy, { recursive: true })
      await rm(lockFolder(copy), { recursive: true })
      return open(copy)
    },
    async close() {
      for (const store of opened) await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

const same = async (right: RecordStore) => right

/** A store that answers from memory, and writes when it is closed. */
async function writeBehind(disk: RecordStore): Promise<RecordStore> {
  const memory = memoryStore()
  for (const kind of recordKinds)
    for await (const { key, value } of disk.all(kind)) await memory.put([{ kind, key, value }])
  const behind: (() => Promise<void>)[] = []
  return {
    ...memory,
    async put(entries) {
      const copy = structuredClone(entries)
      await memory.put(entries)
      behind.push(() => disk.put(copy))
    },
    async remove(ids) {
      await memory.remove(ids)
      behind.push(() => disk.remove(ids))
    },
    async close() {
      for (const write of behind.splice(0)) await write()
      await memory.close()
      await disk.close()
    },
  }
}

const inMemory = async (store: RecordStore) => ({ store, close: () => store.close() })

describe('the memory store', () => {
  storeSuite({ test: it }, () => inMemory(memoryStore()), { durable: false })
})

describe('the lowdb store', () => {
  storeSuite({ test: it }, () => onDisk())
})

describe('the store suite', () => {
  it('finds a store whose put resolves before it is durable', async () => {
    const failed = await failedQuestions((harness) =>
      storeSuite(harness, () => onDisk({ change: writeBehind })),
    )
    assert.deepEqual(failed, ['loses nothing by kill -9 once put or remove resolved'])
  })

  it('finds a store that lets a second opener in', async () => {
    const failed = await failedQuestions((harness) => storeSuite(harness, () => onDisk({ lock: false })))
    assert.deepEqual(failed, ['refuses a second opener while the first is open'])
  })

  const failures = (wrong: (right: RecordStore) => Partial<RecordStore>) =>
    failedQuestions((harness) =>
      storeSuite(
        harness,
        () => {
          const right = memoryStore()
          return inMemory({ ...right, ...wrong(right) })
        },
        { durable: false },
      ),
    )

  it('finds a store that hands out references', async () => {
    const held = new Map<string, Awaited<ReturnType<RecordStore['get']>>>()
    const failed = await failures((right) => {
      held.clear()
      return {
        async get(id) {
          const value = await right.get(id)
          const key = JSON.stringify([id, value])
          if (!held.has(key)) held.set(key, value)
          return held.get(key)
        },
      }
    })
    assert.deepEqual(failed, ['hands out copies from get'])
  })

  it('finds a store that puts what it can of a group', async () => {
    const failed = await failures((right) => ({
      async put(entries) {
        for (const each of entries) await right.put([each])
      },
    }))
    assert.deepEqual(failed, ['leaves nothing of a group that it refuses'])
  })

  it('finds a store that lists by key what was put in another order', async () => {
    const failed = await failures((right) => ({
      async *all(kind, prefix) {
        const found: { readonly key: string; readonly value: Json }[] = []
        for await (const each of right.all(kind, prefix)) found.push(each)
        yield* found.toSorted((a, b) => (a.key < b.key ? -1 : 1))
      },
    }))
    assert.deepEqual(failed, ['gives history in the order it was put'])
  })

  it('finds a store that answers after it was closed', async () => {
    const failed = await failures((right) => ({
      get: async (id) => right.get(id).catch(() => undefined),
    }))
    assert.deepEqual(failed, ['may be closed twice, and refuses every call afterwards'])
  })

  it('finds a store that treats a removal of what is absent as a fault', async () => {
    const failed = await failures((right) => ({
      async remove(ids) {
        for (const id of ids) assert.notEqual(await right.get(id), undefined)
        await right.remove(ids)
      },
    }))
    assert.deepEqual(failed, ['forgets what is removed, and takes removing what is absent for no fault'])
  })
})
