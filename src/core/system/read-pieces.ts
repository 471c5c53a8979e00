import * as fs from 'node:fs/promises'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

/**
 * The bytes of a file from an offset, piece by piece, the last one smaller. All pieces lie in one buffer: each is whole only
 * until the next one is asked for, which spares a large file the making of as many buffers.
 */
export async function* readPieces(path: string, from: number, size: number): AsyncGenerator<Uint8Array> {
  try {
    const handle = await effect('read', path, () => fs.open(path, 'r'))
    const buffer = Buffer.allocUnsafe(size)
    try {
      for (let at = from; ;) {
        const { bytesRead } = await handle.read(buffer, 0, size, at)
        if (bytesRead === 0) return
        at += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileError('read', path, error)
  }
}
