import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { identify } from '../../src/core/system/this-host.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import type { Entry } from '../../src/records/record-store.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const entry = (name: string): Entry => ({ kind: 'workspace', key: name, value: { name } })

/** As another container would see its holder: not at all. */
async function outOfSight(folder: string): Promise<void> {
  const epochs = (await readdir(join(folder, 'lock'))).map(Number)
  const there = { ...(await identify()), host: 'elsewhere', started: 'then', since: 1, released: false }
  await writeFile(join(folder, 'lock', String(Math.max(...epochs))), JSON.stringify(there))
}

describe('a store that was taken over from a holder that goes on', () => {
  for (const times of [1, 2, 3])
    it(`is written to no more by that one, after ${times} taking over, and is whole (R11)`, () =>
      inTemporaryFolder(async (folder) => {
        const old = await lowdbStore(folder)
        await old.put([entry('before')])
        const names = ['before']
        const olds = [old]
        for (let n = 0; n < times; n++) {
          await outOfSight(folder)
          const next = await lowdbStore(folder, { takeOver: true })
          await next.put([entry(`taken ${n}`)])
          names.push(`taken ${n}`)
          olds.push(next)
          if (n === times - 1) {
            await assert.rejects(old.put([entry('late')]), { code: 'workspace-held', message: /taken over/ })
            await assert.rejects(old.put([entry('later')]), { code: 'workspace-held' })
            assert.deepEqual(await old.get({ kind: 'workspace', key: 'late' }), undefined)
            await next.put([entry('last')])
            for (const store of olds) await store.close()
          }
        }
        const last = await lowdbStore(folder)
        const expected = [...names, 'last'].map((name) => [`workspace ${name}`, { name }])
        assert.deepEqual(await contentsOf(last), Object.fromEntries(expected))
        await last.close()
        assert.doesNotMatch(await readFile(join(folder, 'records.json'), 'utf8'), /"late/)
      }))
})
