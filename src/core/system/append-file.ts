import * as fs from 'node:fs/promises'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

/** A file that only grows. What was appended is safe against kill -9 and power loss once `sync` resolved. */
export interface AppendFile {
  readonly path: string
  append(text: string | Uint8Array): Promise<void>
  /** The same of many pieces, which are written together and not copied before. */
  appendAll(pieces: readonly Uint8Array[]): Promise<void>
  sync(): Promise<void>
  /** Cuts the file to `length` bytes: what a failed append left half-written goes. */
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export async function openAppendFile(path: string): Promise<AppendFile> {
  const handle = await guard('open', path, () => fs.open(path, 'a'))
  let open = true
  return {
    path,
    append: (text) =>
      guard('append', path, async () => {
        let rest: Uint8Array = typeof text === 'string' ? Buffer.from(text) : text
        while (rest.length > 0) rest = rest.subarray((await handle.write(rest)).bytesWritten)
      }),
    appendAll: (pieces) =>
      guard('append', path, async () => {
        let left = (await handle.writev(pieces)).bytesWritten
        for (const piece of pieces) {
          let rest = piece.subarray(Math.min(left, piece.length))
          left -= piece.length - rest.length
          while (rest.length > 0) rest = rest.subarray((await handle.write(rest)).bytesWritten)
        }
      }),
    sync: () => guard('sync', path, () => handle.datasync()),
    truncate: (length) => guard('truncate', path, () => handle.truncate(length)),
    async close() {
      if (open) await handle.close()
      open = false
    },
  }
}

async function guard<T>(operation: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await effect(operation, path, act)
  } catch (error) {
    throw fileError(operation, path, error)
  }
}
