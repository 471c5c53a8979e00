import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { contentsOf } from './contents-of.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

const script = join(import.meta.dirname, 'putting-process.ts')

/** Starts a process that puts, kills it once it acknowledged `count`, and gives all numbers it acknowledged. */
async function killedAfter(folder: string, from: number, count: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length - 2 >= count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n')
  assert.equal(lines[0], 'open', 'it opens where the one before was killed')
  return lines.slice(1).map(Number)
}

describe('lowdbStore killed with KILL', () => {
  it('has every number that was acknowledged, in ten rounds, also amid snapshots', () =>
    inTemporaryFolder(async (folder) => {
      const acknowledged: number[] = []
      for (let round = 0; round < 10; round++) {
        acknowledged.push(...(await killedAfter(folder, round * 1_000_000, 5 + round * 14)))
      }
      const store = await lowdbStore(folder)
      const found = await contentsOf(store)
      await store.close()
      const missing = acknowledged.filter((n) => !(`job ${n}` in found) || !(`change ${n}` in found))
      assert.deepEqual(missing, [])
      assert.ok(acknowledged.length > 10 * 5)
      assert.equal(
        Object.keys(found).filter((id) => id.startsWith('job ')).length,
        Object.keys(found).filter((id) => id.startsWith('change ')).length,
        'groups are whole',
      )
    })).timeout(180_000)
})
