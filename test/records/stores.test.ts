import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const stores: Readonly<Record<string, (folder: string) => Promise<RecordStore>>> = {
  memoryStore: async () => memoryStore(),
  lowdbStore: (folder) => lowdbStore(folder),
  'lowdbStore, writing snapshots all the time': (folder) => lowdbStore(folder, { snapshotAfter: 1 }),
}

for (const [name, open] of Object.entries(stores)) {
  const withStore = (act: (store: RecordStore) => Promise<void>) =>
    inTemporaryFolder(async (folder) => {
      const store = await open(join(folder, 'records'))
      try {
        await act(store)
      } finally {
        await store.close()
      }
    })

  describe(name, () => {
    it('gives back what was put, a copy each time', () =>
      withStore(async (store) => {
        const value = { list: [1], text: 'µ → 漢 \u2028 "quoted" \\ \ud83d\ude00' }
        const expected = structuredClone(value)
        await store.put([{ kind: 'job', key: 'a', value }])
        value.list.push(2)
        const first = await store.get({ kind: 'job', key: 'a' })
        assert.deepEqual(first, expected)
        assert.notEqual(await store.get({ kind: 'job', key: 'a' }), first)
        assert.equal(await store.get({ kind: 'run', key: 'a' }), undefined)
      }))

    it('puts a group whole: values, removals, over what was there', () =>
      withStore(async (store) => {
        await store.put([
          { kind: 'job', key: 'a', value: 1 },
          { kind: 'job', key: 'b', value: 2 },
        ])
        await store.put([
          { kind: 'job', key: 'a', value: undefined },
          { kind: 'job', key: 'b', value: null },
          { kind: 'run', key: 'c', value: 'three' },
        ])
        assert.deepEqual(await contentsOf(store), { 'job b': null, 'run c': 'three' })
      }))

    it('puts nothing of a group that has a value JSON cannot hold', () =>
      withStore(async (store) => {
        const cycle: { self?: object } = {}
        cycle.self = cycle
        const bad = { kind: 'job', key: 'b', value: cycle } as never
        await assert.rejects(store.put([{ kind: 'job', key: 'a', value: 1 }, bad]), TypeError)
        assert.deepEqual(await contentsOf(store), {})
      }))

    it('finds all of a kind by the beginning of their keys', () =>
      withStore(async (store) => {
        const keys = ['x/1', 'x/2', 'y/1', 'x']
        await store.put(keys.map((key) => ({ kind: 'outcome' as const, key, value: key })))
        const found: string[] = []
        for await (const { key } of store.all('outcome', 'x/')) found.push(key)
        assert.deepEqual(found, ['x/1', 'x/2'])
      }))

    it('keeps history in the order it was put, and removes it by key', () =>
      withStore(async (store) => {
        for (let n = 0; n < 5; n++) {
          await store.put([{ kind: 'change', key: `job${n % 2}/${n}`, value: { n } }])
        }
        await store.remove([
          { kind: 'change', key: 'job1/1' },
          { kind: 'change', key: 'job1/3' },
        ])
        await store.put([{ kind: 'change', key: 'job1/1', value: 'again' }])
        assert.deepEqual(Object.entries(await contentsOf(store, ['change'])), [
          ['change job0/0', { n: 0 }],
          ['change job0/2', { n: 2 }],
          ['change job0/4', { n: 4 }],
          ['change job1/1', 'again'],
        ])
        assert.deepEqual(await store.get({ kind: 'change', key: 'job0/4' }), { n: 4 })
        assert.equal(await store.get({ kind: 'change', key: 'job1/3' }), undefined)
      }))

    it('gives each record once, and none that is gone, to a reader beside whom others put and remove', () =>
      withStore(async (store) => {
        const keys = Array.from({ length: 50 }, (_, index) => `k${index}`)
        await store.put(keys.map((key) => ({ kind: 'wait' as const, key, value: key })))
        const found: string[] = []
        for await (const { key } of store.all('wait')) {
          found.push(key)
          if (key === 'k10') {
            await store.remove([
              { kind: 'wait', key: 'k5' },
              { kind: 'wait', key: 'k40' },
            ])
            await store.put([
              { kind: 'wait', key: 'k5', value: 'back' },
              { kind: 'wait', key: 'new', value: 1 },
            ])
          }
        }
        assert.deepEqual(
          found,
          keys.filter((key) => key !== 'k40'),
        )
      }))

    it('refuses every call once closed, and closes twice', () =>
      withStore(async (store) => {
        await store.close()
        await store.close()
        const closed = { code: 'store-closed' }
        await assert.rejects(store.put([{ kind: 'job', key: 'a', value: 1 }]), closed)
        await assert.rejects(store.get({ kind: 'job', key: 'a' }), closed)
        await assert.rejects(store.remove([{ kind: 'job', key: 'a' }]), closed)
        await assert.rejects(contentsOf(store), closed)
      }))
  })
}
