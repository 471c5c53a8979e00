import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { silent } from '../../src/core/logger.ts'
import { intercept, type Effect } from '../../src/core/system/effect.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const fault = (code: string) => Object.assign(new Error(code), { code })
const put = (store: RecordStore, key: string) => store.put([{ kind: 'job', key, value: key }])

const faults = [
  { operation: 'append', when: 'before', system: 'ENOSPC', code: 'disk-full' },
  { operation: 'append', when: 'after', system: 'ENOSPC', code: 'disk-full' },
  { operation: 'append', when: 'after', system: 'EIO', code: 'not-writable' },
  { operation: 'sync', when: 'before', system: 'EIO', code: 'not-writable' },
  { operation: 'sync', when: 'after', system: 'EDQUOT', code: 'disk-full' },
] as const

describe('lowdbStore on a failing disk', () => {
  afterEach(() => intercept(undefined))

  for (const { operation, when, system, code } of faults) {
    it(`refuses a put with ${code} at ${system} ${when} ${operation}, forgets it for good, and goes on`, () =>
      inTemporaryFolder(async (folder) => {
        const store = await lowdbStore(folder)
        await put(store, 'before')
        let once = true
        intercept({
          [when](effect: Effect) {
            if (effect.operation === operation && once) {
              once = false
              throw fault(system)
            }
          },
        })
        await assert.rejects(put(store, 'refused'), { code })
        intercept(undefined)
        assert.deepEqual(await contentsOf(store), { 'job before': 'before' })
        await put(store, 'after')
        await store.close()
        const again = await lowdbStore(folder)
        assert.deepEqual(await contentsOf(again), { 'job before': 'before', 'job after': 'after' })
        await again.close()
      }))
  }

  it('refuses every put while what was refused cannot be cut off, and goes on when it can', () =>
    inTemporaryFolder(async (folder) => {
      const store = await lowdbStore(folder)
      await put(store, 'before')
      intercept({
        before: ({ operation }) => {
          if (operation === 'sync' || operation === 'truncate') throw fault('EIO')
        },
      })
      await assert.rejects(put(store, 'refused'), { code: 'not-writable' })
      await assert.rejects(put(store, 'refused too'), { code: 'not-writable', message: /journal-1\.jsonl/ })
      intercept(undefined)
      await put(store, 'after')
      await store.close()
      const again = await lowdbStore(folder)
      assert.deepEqual(await contentsOf(again), { 'job before': 'before', 'job after': 'after' })
      await again.close()
    }))

  const pointsOfASnapshot = [
    'write',
    'append',
    'rename',
    'sync-folder',
    'link',
    'open',
    'remove',
    'truncate',
  ] as const
  for (const operation of pointsOfASnapshot) {
    it(`loses nothing where a snapshot fails at ${operation}, and says so in the log`, () =>
      inTemporaryFolder(async (folder) => {
        const warnings: string[] = []
        const logger = { ...silent, warn: (_: object, message: string) => void warnings.push(message) }
        for (let n = 0; n < 3; n++) {
          const store = await lowdbStore(folder, { logger })
          await store.put([
            { kind: 'job', key: `${n}`, value: n },
            { kind: 'change', key: `${n}`, value: n },
          ])
          intercept({
            before: (effect) => {
              if (effect.operation === operation && !effect.on.includes('lock')) throw fault('ENOSPC')
            },
          })
          await store.close().finally(() => intercept(undefined))
        }
        const again = await lowdbStore(folder)
        assert.deepEqual(await contentsOf(again), {
          'job 0': 0,
          'job 1': 1,
          'job 2': 2,
          'change 0': 0,
          'change 1': 1,
          'change 2': 2,
        })
        await again.close()
        assert.ok(warnings.length > 0 && warnings.every((warning) => warning.includes('snapshot')))
      }))
  }
})
