import { createHash } from 'node:crypto'
import { AbeyanceError } from '../core/error.ts'
import { digest, type Digest } from '../core/ids.ts'
import { stat, type FileStat } from '../core/system/files.ts'
import { readPieces } from '../core/system/read-pieces.ts'
import type { DigestMemo } from './digest-memo.ts'
import { isSameFile } from './file-identity.ts'

/**
 * SHA-256 of a file's content, streamed (rule S3), and its size in bytes. A file that is written to meanwhile is `changed-file`.
 * What the memo remembers of this very file is not read again.
 */
export async function digestFile(
  path: string,
  memo?: DigestMemo,
  isSame: (a: FileStat, b: FileStat) => boolean = isSameFile,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const before = await stat(path)
  if (!before.isFile())
    throw new AbeyanceError('invalid-value', `${path} is no file: name a file, or say that it is a folder`)
  const hash = () => hashUnchanged(path, before, isSame)
  return {
    digest: await (memo === undefined ? hash() : memo.digest(before, hash)),
    size: Number(before.size),
  }
}

/** Bytes read at a time. */
const largestPiece = 2 ** 20

async function hashUnchanged(
  path: string,
  before: FileStat,
  isSame: (a: FileStat, b: FileStat) => boolean,
): Promise<Digest> {
  const hash = createHash('sha256')
  const piece = Math.max(1, Math.min(Number(before.size), largestPiece))
  for await (const bytes of readPieces(path, 0, piece)) hash.update(bytes)
  if (!isSame(before, await stat(path)))
    throw new AbeyanceError(
      'changed-file',
      `${path} changed while it was read: wait until nothing writes to it, then start again`,
    )
  return digest(hash.digest('hex'))
}
