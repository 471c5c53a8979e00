import * as fs from 'node:fs/promises'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

/** Bytes that may still be written to the disk that holds a path. */
export async function freeSpace(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await effect('stat', path, () => fs.statfs(path))
    return bavail * bsize
  } catch (error) {
    throw fileError('look at the disk of', path, error)
  }
}
