import { constants, watch as watchNode, type BigIntStats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { effect } from './effect.ts'
import { fileError } from './file-error.ts'

export type FileStat = BigIntStats

export const readText = (path: string) => touch('read', path, () => fs.readFile(path, 'utf8'))
export const readBytes = (path: string): Promise<Uint8Array> => touch('read', path, () => fs.readFile(path))
export const readFolder = (path: string) =>
  touch('read-folder', path, () => fs.readdir(path, { withFileTypes: true }))
export const stat = (path: string): Promise<FileStat> =>
  touch('stat', path, () => fs.stat(path, { bigint: true }))
export const lstat = (path: string): Promise<FileStat> =>
  touch('stat', path, () => fs.lstat(path, { bigint: true }))
export const realPath = (path: string) => touch('stat', path, () => fs.realpath(path))
export const readLink = (path: string) => touch('stat', path, () => fs.readlink(path))
export const makeFolder = (path: string) => touch('make-folder', path, () => makeFolders(path))
export const rename = (from: string, to: string) => touch('rename', to, () => fs.rename(from, to))
export const link = (existing: string, path: string) => touch('link', path, () => fs.link(existing, path))
export const symlink = (target: string, path: string) => touch('link', path, () => fs.symlink(target, path))
export const remove = (path: string) =>
  touch('remove', path, () => fs.rm(path, { recursive: true, force: true }))
/** Removes a folder that has nothing in it; one that has is left, which is no fault. */
export const removeEmptyFolder = (path: string) =>
  touch('remove', path, async () => {
    try {
      await fs.rmdir(path)
    } catch (error) {
      if (!keptFolder.has(systemCode(error) ?? '')) throw error
    }
  })
const keptFolder: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT'])
export const chmod = (path: string, mode: number) => touch('chmod', path, () => fs.chmod(path, mode))

/** Copies a file, sharing its blocks where the file system can. */
export const copy = (from: string, to: string) =>
  touch('copy', to, () => fs.copyFile(from, to, constants.COPYFILE_FICLONE))

/** Makes the content of a file that is written safe against a power cut. */
export const syncFile = (path: string) =>
  touch('sync', path, async () => {
    const handle = await fs.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })

/** Writes a file that nobody else reads yet; `exclusive` refuses one that is there. What others read goes through `publish`. */
export const write = (
  path: string,
  data: string | Uint8Array,
  more: { mode?: number; exclusive?: true } = {},
) =>
  touch('write', path, () =>
    fs.writeFile(path, data, { mode: more.mode ?? 0o666, flag: more.exclusive ? 'wx' : 'w' }),
  )

/** The names in a folder, none where it is missing. No effect of its own, since it is asked before each write. */
export async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(path)
  } catch (error) {
    if (isMissing(error)) return []
    throw fileError('read-folder', path, error)
  }
}

/** The stat of a path, or undefined where there is nothing. Other faults are errors. */
export async function statIfThere(path: string): Promise<FileStat | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The text of a file, or undefined where there is none. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** At most `length` bytes from `offset`; fewer at the end of the file. */
export function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  return touch('read', path, async () => {
    const handle = await fs.open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  })
}

/** Calls back when something in a folder may have changed: a hint, never the truth. Returns what stops it. */
export function watchFolder(path: string, changed: () => void): () => void {
  const watcher = watchNode(path, { persistent: false }, changed)
  watcher.on('error', () => watcher.close())
  return () => watcher.close()
}

/** Whether an error says that nothing is there. */
export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR'
}

/** The system's own code of an error, such as EEXIST, also where it was wrapped. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code)) return error.code
  return systemCode(error.cause)
}

// Node's recursive mkdir says ENOENT of a read-only file system: making the topmost folder that is missing tells the truth.
async function makeFolders(path: string): Promise<void> {
  try {
    await fs.mkdir(path, { recursive: true })
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    let top = path
    while (!(await exists(dirname(top)))) top = dirname(top)
    await fs.mkdir(top)
    await fs.mkdir(path, { recursive: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => dirname(path) === path,
  )
}

async function touch<T>(operation: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await effect(operation, path, act)
  } catch (error) {
    throw fileError(operation, path, error)
  }
}
