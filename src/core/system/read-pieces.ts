import * as fs from 'node:fs/promises'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

/**
 * The bytes of a file from an offset, piece by piece, the last one smaller. All pieces lie in two buffers: each is whole only
 * until the next one is asked for, which spares a large file the making of as many buffers. While one is used the next is read.
 */
export async function* readPieces(path: string, from: number, size: number): AsyncGenerator<Uint8Array> {
  try {
    const handle = await effect('read', path, () => fs.open(path, 'r'))
    let [reading, other] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)]
    let next = handle.read(reading, 0, size, from)
    try {
      for (let at = from; ;) {
        const { bytesRead } = await next
        if (bytesRead === 0) return
        at += bytesRead
        const piece = reading.subarray(0, bytesRead)
        ;[reading, other] = [other, reading]
        next = handle.read(reading, 0, size, at)
        next.catch(() => {}) // told by the next turn, or to nobody who wants to know
        yield piece
      }
    } finally {
      await handle.close() // after what is under way
    }
  } catch (error) {
    throw fileError('read', path, error)
  }
}
