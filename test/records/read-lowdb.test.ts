import assert from 'node:assert/strict'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { intercept } from '../../src/core/system/effect.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { readLowdbStore } from '../../src/records/read-lowdb.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

describe('readLowdbStore', () => {
  afterEach(() => intercept(undefined))

  it('reads beside the driver what it has put, after each refresh, across its snapshots', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder, { snapshotAfter: 600 })
      const reader = await readLowdbStore(folder)
      const [steady, lazy] = [reader, await readLowdbStore(folder)]
      for (let n = 0; n < 60; n++) {
        await store.put([
          { kind: 'job', key: `j${n % 7}`, value: { n } },
          { kind: 'change', key: `j${n % 7}/${n}`, value: { n } },
        ])
        if (n % 11 === 10) await store.remove([{ kind: 'change', key: `j${n % 7}/${n}` }])
        await steady.refresh()
        if (n % 29 === 0) await lazy.refresh()
        assert.deepEqual(await contentsOf(steady), await contentsOf(store))
      }
      await lazy.refresh()
      assert.deepEqual(await contentsOf(lazy), await contentsOf(store))
      assert.deepEqual(await lazy.get({ kind: 'change', key: 'j0/0' }), { n: 0 })
      await store.close()
      await reader.refresh()
      assert.deepEqual(Object.keys(await contentsOf(reader, ['job'])).length, 7)
      await Promise.all([reader.close(), lazy.close()])
      await assert.rejects(reader.get({ kind: 'job', key: 'j0' }), { code: 'store-closed' })
    }))

  it('reads only what was added', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      const reader = await readLowdbStore(folder)
      await store.put([{ kind: 'job', key: 'a', value: 'x'.repeat(2_000_000) }])
      await reader.refresh()
      await store.put([{ kind: 'job', key: 'b', value: 1 }])
      let reads = 0
      intercept({ before: ({ operation }) => void (operation === 'read' && reads++) })
      await reader.refresh()
      intercept(undefined)
      assert.equal(reads, 2, 'what is new, and the end')
      assert.equal(await reader.get({ kind: 'job', key: 'b' }), 1)
      await store.close()
    }))

  it('takes back what the driver took back', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      await store.put([{ kind: 'job', key: 'a', value: 1 }])
      const reader = await readLowdbStore(folder)
      const seen: Promise<void>[] = []
      intercept({
        after: ({ operation }) => {
          if (operation !== 'append' || seen.length > 0) return
          seen.push(reader.refresh())
          throw Object.assign(new Error('EIO'), { code: 'EIO' })
        },
      })
      await assert.rejects(store.put([{ kind: 'job', key: 'refused', value: 'x'.repeat(500) }]))
      intercept(undefined)
      await Promise.all(seen)
      await store.put([{ kind: 'job', key: 'b', value: 2 }])
      await reader.refresh()
      assert.deepEqual(await contentsOf(reader), { 'job a': 1, 'job b': 2 })
      await store.close()
    }))

  it('reads a folder where nothing is yet', () =>
    inTemporaryFolder(async (folder) => {
      const reader = await readLowdbStore(join(folder, 'none'))
      await reader.refresh()
      assert.deepEqual(await contentsOf(reader), {})
    }))
})
