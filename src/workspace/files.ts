import { dirname, join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import {
  chmod,
  copy,
  makeFolder,
  readText,
  remove,
  rename,
  statIfThere,
  symlink,
} from '../core/system/files.ts'
import { isFile, isFolder, type FileValue, type FolderValue, type Value } from '../pipeline/value.ts'
import { readFolderManifest } from '../staging/folder-manifest.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import type { Files } from './workspace.ts'

/** Files and folders of a workspace, read by their values. `unpacked` is where folders are laid out to be read. */
export function openFiles(objects: ObjectStore, unpacked: string): Files {
  const path = async (value: FileValue): Promise<string> => {
    if (value.at.kind === 'path') return value.at.path
    if (value.at.kind === 'destination')
      throw new AbeyanceError('unsupported', `${value.name} lives at ${value.at.destination} and is not here`)
    if (await objects.has(value.digest)) return objects.path(value.digest)
    throw new AbeyanceError(
      'missing-file',
      `${value.name} (${value.digest.slice(0, 12)}) is no longer in the workspace; run the pipeline again with --fresh`,
    )
  }
  const folder = async (value: FolderValue): Promise<string> => {
    if (value.at.kind === 'path') return value.at.path
    const target = join(unpacked, value.digest)
    if (!(await statIfThere(target))) await layOut(objects, value.digest, target)
    return target
  }
  return {
    path,
    folder,
    text: async (value) => readText(await path(value)),
    async save(value, target) {
      await makeFolder(dirname(target))
      const temporary = `${target}.${process.pid}.tmp`
      if (value.kind === 'file') {
        await copy(await path(value), temporary)
        await chmod(temporary, 0o644)
      } else if (value.at.kind === 'workspace') await layOut(objects, value.digest, temporary)
      else
        throw new AbeyanceError(
          'unsupported',
          `${value.name} lies at ${value.at.path} already; copy it from there`,
        )
      if (value.kind === 'folder') await remove(target)
      await rename(temporary, target)
    },
  }
}

/** The objects that a value needs to be read again. */
export async function objectsOf(objects: ObjectStore, value: Value): Promise<readonly Digest[]> {
  if (Array.isArray(value))
    return (await Promise.all(value.map((one: Value) => objectsOf(objects, one)))).flat()
  if (isFile(value)) return value.at.kind === 'workspace' ? [value.digest] : []
  if (!isFolder(value) || value.at.kind !== 'workspace') return []
  if (!(await objects.has(value.digest))) return [value.digest]
  const entries = await readFolderManifest(objects, value.digest)
  return [value.digest, ...entries.flatMap((entry) => (entry[1] === 'file' ? [entry[2]] : []))]
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
  await rename(temporary, target)
}
