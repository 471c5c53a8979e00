import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { intercept, type Effect } from '../../src/core/system/effect.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import type { Entry, RecordStore } from '../../src/records/record-store.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const put = (store: RecordStore, n: number) =>
  store.put([
    { kind: 'job', key: `j${n % 3}`, value: { n } },
    { kind: 'change', key: `j${n % 3}/${n}`, value: { n } },
  ])

describe('lowdbStore on disk', () => {
  afterEach(() => intercept(undefined))

  it('opens with all that was put, however often it was opened and its snapshot written', () =>
    inTemporaryFolder(async (folder) => {
      const expected = new Map<string, { n: number }>()
      for (let n = 0; n < 30; n++) {
        const store = await lowdbStore(folder, { snapshotAfter: n % 4 === 0 ? 1 : 1e6 })
        await put(store, n)
        expected.set(`job j${n % 3}`, { n }).set(`change j${n % 3}/${n}`, { n })
        assert.deepEqual(await contentsOf(store), Object.fromEntries(expected))
        await store.close()
      }
    }))

  it('writes a snapshot that is JSON with one record a line', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      await store.put([
        { kind: 'job', key: 'a', value: { name: '漢 µ' } },
        { kind: 'job', key: 'b"\\', value: [1, 2] },
      ])
      await store.close()
      const text = await readFile(join(folder, 'records.json'), 'utf8')
      assert.deepEqual(
        JSON.parse(text).records.map(({ kind, key, value }: Entry) => ({ kind, key, value })),
        [
          { kind: 'job', key: 'a', value: { name: '漢 µ' } },
          { kind: 'job', key: 'b"\\', value: [1, 2] },
        ],
      )
      assert.equal(text.split('\n').filter((line) => line.includes('漢 µ')).length, 1)
    }))

  it('refuses a second opener, and lets it in after the first closed', () =>
    inTemporaryFolder(async (folder) => {
      const first = await lowdbStore(folder)
      await assert.rejects(lowdbStore(folder), {
        code: 'workspace-held',
        message: new RegExp(`${process.pid}`),
      })
      await first.close()
      await (await lowdbStore(folder)).close()
    }))

  it('syncs once for all that queue while a sync is on its way', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      let syncs = 0
      intercept({ before: ({ operation }) => void (operation === 'sync' && syncs++) })
      await Promise.all(Array.from({ length: 100 }, (_, n) => put(store, n)))
      assert.ok(syncs <= 2, `${syncs} syncs`)
      await store.close()
    }))

  it('touches nothing on disk for the size of what it holds: a put is one append and one sync', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      await store.put(
        Array.from({ length: 2000 }, (_, n) => ({ kind: 'job' as const, key: `${n}`, value: n })),
      )
      const seen: Effect[] = []
      intercept({ before: (effect) => void seen.push(effect) })
      await put(store, 1)
      intercept(undefined)
      assert.deepEqual(
        seen.map(({ operation }) => operation),
        ['append', 'sync'],
      )
      await store.close()
    }))

  it('keeps two generations of files, not more', () =>
    inTemporaryFolder(async (folder) => {
      for (let n = 0; n < 12; n++) {
        const store = await lowdbStore(folder, { snapshotAfter: 1 })
        await put(store, n)
        if (n % 5 === 4) await store.remove([{ kind: 'change', key: `j${n % 3}/${n}` }])
        await store.close()
      }
      const names = await readdir(folder)
      assert.ok(names.filter((name) => name.startsWith('journal-')).length <= 4, names.join(' '))
      assert.ok(names.filter((name) => name.startsWith('history-')).length <= 2, names.join(' '))
      assert.ok(!names.some((name) => name.endsWith('.tmp')), names.join(' '))
    }))

  it('takes removed history off the disk', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder, { snapshotAfter: 1 })
      await store.put([
        { kind: 'change', key: 'secret/1', value: 'x' },
        { kind: 'change', key: 'kept/1', value: 'y' },
      ])
      await store.remove([{ kind: 'change', key: 'secret/1' }])
      await store.close()
      for (let n = 0; n < 3; n++) {
        const again = await lowdbStore(folder, { snapshotAfter: 1 })
        await again.put([{ kind: 'job', key: 'a', value: n }])
        assert.deepEqual(await contentsOf(again, ['change']), { 'change kept/1': 'y' })
        await again.close()
      }
      for (const name of await readdir(folder)) {
        if (name === 'lock') continue
        assert.ok(!(await readFile(join(folder, name), 'utf8')).includes('secret/1'), name)
      }
    }))
})
