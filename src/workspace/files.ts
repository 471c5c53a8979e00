import { dirname, join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import {
  chmod,
  copy,
  makeFolder,
  readFolder,
  readLink,
  readText,
  remove,
  rename,
  stat,
  statIfThere,
  symlink,
} from '../core/system/files.ts'
import { isFile, isFolder, type FileValue, type FolderValue, type Value } from '../pipeline/value.ts'
import { readFolderManifest } from '../staging/folder-manifest.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { isFar } from '../staging/places.ts'
import type { FarFiles } from './far-files.ts'
import type { Files } from './workspace.ts'

/** Files and folders of a workspace, read by their values. `unpacked` is where folders are laid out to be read. */
export function openFiles(objects: ObjectStore, unpacked: string, far: Pick<FarFiles, 'bring'>): Files {
  const path = async (value: FileValue): Promise<string> => {
    if (value.at.kind === 'path') return value.at.path
    if (isFar(value)) return objects.path(await far.bring(value))
    if (await objects.has(value.digest)) return objects.path(value.digest)
    throw new AbeyanceError(
      'missing-file',
      `${value.name} (${value.digest.slice(0, 12)}) is no longer in the workspace; run the pipeline again with --fresh`,
    )
  }
  const layingOut = new Map<Digest, Promise<void>>()
  /** Two who ask for the same folder at once are given the same laying out. */
  const folder = async ({ at, digest }: FolderValue): Promise<string> => {
    if (at.kind === 'path') return at.path
    const target = join(unpacked, digest)
    if (await statIfThere(target)) return target
    const laying =
      layingOut.get(digest) ?? layOut(objects, digest, target).finally(() => layingOut.delete(digest))
    layingOut.set(digest, laying)
    await laying
    return target
  }
  return {
    path,
    folder,
    text: async (value) => readText(await path(value)),
    async save(value, target) {
      await makeFolder(dirname(target))
      const temporary = `${target}.${process.pid}.tmp`
      try {
        if (value.kind === 'file') {
          await copyWritable(await path(value), temporary)
        } else {
          await copyFolder(await folder(value), temporary)
          await remove(target) // a folder is not renamed over another that holds something
        }
        await rename(temporary, target)
      } finally {
        await remove(temporary)
      }
    },
  }
}

/** The objects that a value needs to be read again, and, under the same digests, what of it stays on machines. */
export async function objectsOf(objects: ObjectStore, value: Value): Promise<readonly Digest[]> {
  const digests: Digest[] = []
  for (const { kind, at, digest } of keptIn(value)) {
    if (at.kind !== 'workspace' && !(at.kind === 'destination' && at.pinned)) continue
    digests.push(digest)
    if (kind === 'file' || !(await objects.has(digest))) continue
    for (const entry of await readFolderManifest(objects, digest))
      if (entry[1] === 'file') digests.push(entry[2])
  }
  return digests
}

/** The files and folders in a value, at any depth. */
function* keptIn(value: Value): Iterable<FileValue | FolderValue> {
  if (typeof value !== 'object' || value === null) return
  if (isFile(value) || isFolder(value)) yield value
  else for (const inner of Object.values<Value>(value)) yield* keptIn(inner)
}

async function layOut(objects: ObjectStore, digest: Digest, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.new`
  await remove(temporary)
  await makeFolder(temporary)
  for (const entry of await readFolderManifest(objects, digest)) {
    const path = join(temporary, entry[0])
    await makeFolder(entry[1] === 'folder' ? path : dirname(path))
    if (entry[1] === 'file') await copy(objects.path(entry[2]), path)
    if (entry[1] === 'link') await symlink(entry[2], path)
  }
  try {
    await rename(temporary, target)
  } catch (error) {
    await remove(temporary)
    if (!(await statIfThere(target))) throw error // else another process was first
  }
}

async function copyFolder(source: string, target: string): Promise<void> {
  await makeFolder(target)
  for (const entry of await readFolder(source)) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)]
    if (entry.isDirectory()) await copyFolder(from, to)
    else if (entry.isSymbolicLink()) await symlink(await readLink(from), to)
    else await copyWritable(from, to)
  }
}

/** What the workspace keeps is read-only; a copy is the user's own. */
async function copyWritable(from: string, to: string): Promise<void> {
  await copy(from, to)
  await chmod(to, Number((await stat(to)).mode & 0o777n) | 0o644)
}
