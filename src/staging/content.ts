import { stat } from '../core/system/files.ts'
import { readPieces } from '../core/system/read-pieces.ts'
import { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'

/** Bytes that have to be on a machine, named by their SHA-256. */
export interface Content {
  readonly digest: Digest
  readonly size: number
  readonly from: { readonly path: string } | { readonly bytes: Uint8Array }
}

/** The bytes from an offset. A file of another size than was signed is `changed-file`; other changes are found by the digest. */
export async function* readContent({ from, size }: Content, offset = 0): AsyncGenerator<Uint8Array> {
  if ('bytes' in from) return yield from.bytes.subarray(offset)
  if (Number((await stat(from.path)).size) !== size) throw changed(from.path)
  let left = size - offset
  for await (const piece of readPieces(from.path, offset, Math.max(1, Math.min(left, 256 * 1024)))) {
    left -= piece.length
    if (left < 0) break
    yield piece
  }
  if (left !== 0) throw changed(from.path)
}

export function changed(path: string): AbeyanceError {
  return new AbeyanceError(
    'changed-file',
    `${path} is not what it was when its signature was made: start the run again, so that it is signed anew`,
  )
}
