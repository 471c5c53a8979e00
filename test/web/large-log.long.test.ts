import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { intercept } from '../../src/core/system/effect.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import { bench } from '../workspace/bench.ts'
import { desk, keyOf, sampleJob, seed, succeeded } from './desk.ts'

describe('a log of 1 GB', () => {
  it('is read by four at once, each byte once for each, in little memory (L4)', async () => {
    const on = await bench()
    const job = sampleJob('a', succeeded(1, 2))
    await seed(on.folder, [job])
    const path = join(stateFolder(on.folder).logs, `${job.tag}.1.stdout`)
    const size = 2 ** 30
    const file = await open(path, 'w')
    await file.truncate(size)
    await file.close()
    const { ask } = desk(await on.read())
    let readings = 0
    intercept({
      before: ({ operation, on: what }) => void (operation === 'read' && what === path && readings++),
    })
    let most = 0
    const read = async () => {
      let bytes = 0
      for await (const piece of (await ask(`api/jobs/${keyOf('a')}/logs/stdout`)).body ?? []) {
        bytes += piece.length
        most = Math.max(most, process.memoryUsage().arrayBuffers)
      }
      return bytes
    }
    try {
      assert.deepEqual(await Promise.all([read(), read(), read(), read()]), [size, size, size, size])
    } finally {
      intercept(undefined)
    }
    assert.equal(readings, 4 * (size / (256 * 1024)))
    assert.ok(most < 256 * 2 ** 20, `${most} bytes were held`)
  }).timeout(300_000)
})
