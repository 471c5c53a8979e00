import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

/**
 * Writes a file so that a reader, a kill -9 or a power cut sees the old one or the new one, whole: temporary name,
 * sync, rename, sync of the folder. `data` may come in pieces; between two pieces the event loop turns. Of two calls at once,
 * the one that ends last stays.
 */
export async function publish(
  path: string,
  data: string | Uint8Array | AsyncIterable<string>,
  mode = 0o644,
): Promise<void> {
  const temporary = `${path}.${process.pid}.${++published}.tmp`
  try {
    await effect('write', temporary, () => writeSynced(temporary, data, mode))
    await effect('rename', path, () => fs.rename(temporary, path))
    await syncFolder(dirname(path))
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw fileError('write', path, error)
  }
}

let published = 0

/** Makes names that were created or renamed in a folder safe against a power cut. */
export async function syncFolder(path: string): Promise<void> {
  try {
    await effect('sync-folder', path, async () => {
      const handle = await fs.open(path, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    })
  } catch (error) {
    throw fileError('sync', path, error)
  }
}

async function writeSynced(
  path: string,
  data: string | Uint8Array | AsyncIterable<string>,
  mode: number,
): Promise<void> {
  const handle = await fs.open(path, 'w', mode)
  try {
    if (typeof data === 'string' || data instanceof Uint8Array) await handle.writeFile(data)
    else for await (const piece of data) await effect('append', path, () => handle.writeFile(piece))
    await handle.sync()
  } finally {
    await handle.close()
  }
}
