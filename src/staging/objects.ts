import { dirname, join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import {
  chmod,
  copy,
  link,
  makeFolder,
  readFolder,
  realPath,
  remove,
  rename,
  statIfThere,
  syncFile,
  systemCode,
  write,
  type FileStat,
} from '../core/system/files.ts'
import { syncFolder } from '../core/system/publish.ts'
import { identify, isAlive } from '../core/system/this-host.ts'
import { digestFile } from '../signatures/digest-file.ts'
import type { ObjectStore } from './object-store.ts'

/**
 * Opens the store in a folder: objects are read-only files `ab/cdef...`, named by the SHA-256 of their content. What a crash left
 * half-kept is removed. What `keep` and `keepBytes` resolved with survives kill -9 and a power cut, so that a record may name it.
 */
export async function openObjects(folder: string): Promise<ObjectStore> {
  const incoming = join(folder, 'incoming')
  await makeFolder(incoming)
  await removeLeftovers(incoming)
  const { pid, started } = await identify()
  let count = 0
  const take = async (fill: (temporary: string) => Promise<void>) => {
    const temporary = join(incoming, `${pid}-${started.replaceAll(' ', '_')}-${count++}`)
    try {
      await fill(temporary)
      return await publishObject(folder, temporary)
    } finally {
      await remove(temporary) // there still after a fault, or where the object was there already
    }
  }
  return {
    async keep(path, how) {
      const source = await realPath(path) // a link to a file would be kept as a link
      return take((temporary) =>
        how === 'own' ? linkOrCopy(source, temporary) : copyReadOnly(source, temporary),
      )
    },
    keepBytes: (bytes) => take((temporary) => write(temporary, bytes, { mode: readOnly, exclusive: true })),
    has: async (digest) => (await statIfThere(pathOf(folder, digest))) !== undefined,
    path: (digest) => pathOf(folder, digest),
    all: () => allObjects(folder),
    remove: (digest) => remove(pathOf(folder, digest)),
  }
}

const readOnly = 0o444

// The process that wrote is in the name: another that lives, such as one that held the store before us, is not disturbed.
async function removeLeftovers(incoming: string): Promise<void> {
  const me = await identify()
  for (const { name } of await readFolder(incoming)) {
    const [pid, started] = name.split('-')
    const alive = await isAlive({ ...me, pid: Number(pid), started: started?.replaceAll('_', ' ') ?? '' })
    if (!alive) await remove(join(incoming, name))
  }
}

async function linkOrCopy(source: string, temporary: string): Promise<void> {
  try {
    await link(source, temporary)
    await chmod(temporary, readOnly)
  } catch (error) {
    if (!cannotLink.has(systemCode(error) ?? '')) throw error
    await remove(temporary)
    await copyReadOnly(source, temporary)
  }
}

// Another device, a file of another user's, too many links, or a file system without any.
const cannotLink: ReadonlySet<string> = new Set([
  'EXDEV',
  'EPERM',
  'EACCES',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
])

async function copyReadOnly(source: string, temporary: string): Promise<void> {
  await copy(source, temporary)
  await chmod(temporary, readOnly)
}

/** Names the file by what is in it now; concurrent takings of the same content end alike. */
async function publishObject(
  folder: string,
  temporary: string,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const kept = await digestFile(temporary, undefined, isSameContent)
  const path = pathOf(folder, kept.digest)
  const shelf = dirname(path)
  const there = await statIfThere(path)
  if (there?.size !== BigInt(kept.size)) {
    await syncFile(temporary)
    await makeFolder(shelf)
    await rename(temporary, path)
  }
  await syncFolder(shelf) // also where it was there: who renamed it may not have come to this yet
  await syncFolder(folder)
  return kept
}

// Not by ctime: another taking of the same file links it meanwhile, and that moves its ctime.
function isSameContent(a: FileStat, b: FileStat): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs
}

function pathOf(folder: string, digest: Digest): string {
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw new AbeyanceError('invalid-value', `"${digest}" is no SHA-256, so nothing is kept under it`)
  return join(folder, digest.slice(0, 2), digest.slice(2))
}

async function* allObjects(
  folder: string,
): AsyncGenerator<{ readonly digest: Digest; readonly size: number }> {
  for (const shelf of await readFolder(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shelf.name)) continue
    for (const { name } of await readFolder(join(folder, shelf.name))) {
      if (!/^[0-9a-f]{62}$/.test(name)) continue
      const found = await statIfThere(join(folder, shelf.name, name))
      if (found !== undefined) yield { digest: asDigest(shelf.name + name), size: Number(found.size) }
    }
  }
}
