import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { lowdbStore } from '../../src/records/lowdb.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const keys = ['a"\\#1', 'ç#1', 'a"\\#2', 'other#1']

async function history(store: RecordStore, prefix?: string): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { key } of store.all('change', prefix)) found.push(key)
  return found
}

describe('the history of one job', () => {
  it('is found by what its keys begin with, and looks into no line of another', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      // Another's text may hold the key; only what begins with it counts.
      await store.put(keys.map((key) => ({ kind: 'change', key, value: { text: `after ${keys[0]}` } })))
      await store.close()
      const name = (await readdir(folder)).find((one) => one.startsWith('history-')) ?? assert.fail()
      const before = await lowdbStore(folder)
      assert.deepEqual(await history(before), keys)
      assert.deepEqual(await history(before, 'a"\\#'), ['a"\\#1', 'a"\\#2'])
      assert.deepEqual(await history(before, 'ç#'), ['ç#1'])
      assert.deepEqual(await history(before, 'none#'), [])
      await before.close()
      const text = await readFile(join(folder, name), 'utf8')
      await writeFile(join(folder, name), text.replace('other#1', 'other#9'))
      const after = await lowdbStore(folder)
      assert.deepEqual(await history(after, 'ç#'), ['ç#1'])
      await assert.rejects(history(after), { code: 'workspace-damaged' })
      await assert.rejects(history(after, 'other#'), { code: 'workspace-damaged' })
      await after.close()
    }))
})
