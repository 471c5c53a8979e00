import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { readPieces } from '../../../src/core/system/read-pieces.ts'

describe('reading a file in pieces', () => {
  it('gives all from an offset, the last piece smaller, and says what is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-pieces-'))
    const pieces = async (path: string, from: number) => {
      const found: string[] = []
      for await (const piece of readPieces(path, from, 4)) found.push(Buffer.from(piece).toString())
      return found
    }
    try {
      await writeFile(join(folder, 'file'), '0123456789')
      assert.deepEqual(await pieces(join(folder, 'file'), 0), ['0123', '4567', '89'])
      assert.deepEqual(await pieces(join(folder, 'file'), 5), ['5678', '9'])
      assert.deepEqual(await pieces(join(folder, 'file'), 10), [])
      await assert.rejects(pieces(join(folder, 'absent'), 0), { code: 'missing-file' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
