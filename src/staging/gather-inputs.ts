import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import { readFolder, readLink, stat } from '../core/system/files.ts'
import type { FileValue, FolderValue, Place } from '../pipeline/value.ts'
import { digestFile } from '../signatures/digest-file.ts'
import { digestFolder } from '../signatures/digest-folder.ts'
import { digestStat } from '../signatures/digest-stat.ts'
import { changed, type Content } from './content.ts'
import { readFolderManifest, type FolderEntry } from './folder-manifest.ts'
import type { RemoteLink } from './make-links.ts'
import type { ObjectStore } from './object-store.ts'
import { isFar, type FarFile } from './places.ts'
import type { StagedInput } from './staged-input.ts'

/** What has to be under the `inputs` folder of an attempt. */
export interface Gathered {
  readonly files: readonly GatheredFile[]
  readonly links: readonly RemoteLink[]
  /** What did not come home; nothing is known yet of whether it has to travel. */
  readonly far: readonly FarInput[]
}

export interface FarInput {
  readonly path: string
  readonly value: FarFile
}

export interface GatheredFile extends Content {
  readonly path: string
  /** `kept`: nobody writes to it any more. `named`: the user's own, which may have changed since it was signed; `read`: and was read just now. */
  readonly kind: 'kept' | 'named' | 'read' | 'text'
}

/** Finds everything that a job needs. A folder of the user's is read once more; one that changed is `changed-file`. */
export async function gatherInputs(objects: ObjectStore, inputs: readonly StagedInput[]): Promise<Gathered> {
  const files: GatheredFile[] = []
  const links: RemoteLink[] = []
  const far: FarInput[] = []
  for (const input of inputs) {
    checkPath(input.path)
    if ('text' in input) files.push(textFile(input.path, input.text))
    else if (input.value.kind === 'file') {
      const { path, value } = input
      if (isFar(value)) far.push({ path, value })
      else files.push(await oneFile(objects, path, value))
    } else {
      const there = await folderFiles(objects, input.path, input.value)
      files.push(...there.files)
      links.push(...there.links)
    }
  }
  return { files, links, far }
}

function textFile(path: string, text: string): GatheredFile {
  const bytes = Buffer.from(text)
  const digest = asDigest(createHash('sha256').update(bytes).digest('hex'))
  return { path, kind: 'text', digest, size: bytes.length, from: { bytes } }
}

async function oneFile(objects: ObjectStore, path: string, value: FileValue): Promise<GatheredFile> {
  const { at, digest, size } = value
  if (at.kind === 'path' && at.signed === 'stat') {
    if ((await digestStat(at.path)) !== digest) throw changed(at.path)
    return { path, kind: 'read', ...(await digestFile(at.path)), from: { path: at.path } }
  }
  if (at.kind === 'path') return { path, kind: 'named', digest, size, from: { path: at.path } }
  return objectFile(objects, path, digest, value.name)
}

/** A file that is kept in the store. */
export async function objectFile(
  objects: ObjectStore,
  path: string,
  digest: Digest,
  name: string,
): Promise<GatheredFile> {
  if (!(await objects.has(digest))) throw notKept(name, digest)
  const kept = objects.path(digest)
  return { path, kind: 'kept', digest, size: Number((await stat(kept)).size), from: { path: kept } }
}

async function folderFiles(
  objects: ObjectStore,
  path: string,
  value: FolderValue,
): Promise<Omit<Gathered, 'far'>> {
  const read = value.at.kind === 'path' ? await readUserFolder(value.at, value.digest) : undefined
  const files: GatheredFile[] = []
  const links: RemoteLink[] = [{ path, folder: true }]
  for (const [name, kind, more] of read?.entries ?? (await manifestOf(objects, value))) {
    const inside = `${path}/${name}`
    checkPath(inside)
    if (kind === 'folder') links.push({ path: inside, folder: true })
    else if (kind === 'link') links.push({ path: inside, target: more })
    else if (read) {
      const from = { path: join(read.path, name) }
      files.push({ path: inside, kind: 'read', digest: more, size: read.sizes.get(from.path) ?? 0, from })
    } else files.push(await objectFile(objects, inside, more, inside))
  }
  return { files, links }
}

async function manifestOf(objects: ObjectStore, value: FolderValue): Promise<readonly FolderEntry[]> {
  if (!(await objects.has(value.digest))) throw notKept(value.name, value.digest)
  return readFolderManifest(objects, value.digest)
}

/** The entries of a folder that a user named, read once more: they must be what was signed. */
async function readUserFolder({ path, signed: how }: PathPlace, signed: Digest) {
  const digests = new Map<string, Digest>()
  const sizes = new Map<string, number>()
  const { digest } = await digestFolder(path, async (file) => {
    const found = await digestFile(file)
    digests.set(file, found.digest)
    sizes.set(file, found.size)
    return how === 'stat' ? digestStat(file) : found.digest
  })
  if (digest !== signed) throw changed(path)
  const entries: FolderEntry[] = []
  const folders = ['']
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop())
    for (const found of await readFolder(join(path, inside))) {
      const name = inside === '' ? found.name : `${inside}/${found.name}`
      const known = digests.get(join(path, name))
      if (found.isDirectory()) {
        entries.push([name, 'folder'])
        folders.push(name)
      } else if (known !== undefined) entries.push([name, 'file', known])
      else if (found.isSymbolicLink()) entries.push([name, 'link', await readLink(join(path, name))])
      else throw changed(path)
    }
  return { path, entries, sizes }
}

type PathPlace = Extract<Place, { readonly kind: 'path' }>

function checkPath(path: string): void {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0')))
    throw new AbeyanceError('invalid-value', `an input cannot be staged at ${JSON.stringify(path)}`)
}

function notKept(name: string, digest: Digest): AbeyanceError {
  return new AbeyanceError(
    'missing-file',
    `${name} is not in the workspace's store any more (${digest}): run what made it again`,
  )
}
