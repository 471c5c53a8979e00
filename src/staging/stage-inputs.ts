import { join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import { readFolder, readLink } from '../core/system/files.ts'
import type { FileValue, FolderValue } from '../pipeline/value.ts'
import { digestFile } from '../signatures/digest-file.ts'
import { digestFolder } from '../signatures/digest-folder.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { readFolderManifest, type FolderEntry } from './folder-manifest.ts'
import { makeLinks, type RemoteLink } from './make-links.ts'
import type { ObjectStore } from './object-store.ts'
import type { StagedInput } from './staged-input.ts'

export interface Staging {
  readonly transport: Transport
  readonly objects: ObjectStore
  /** The `inputs` folder of the attempt, on the machine where it runs. */
  readonly folder: string
  readonly request: RequestOptions
}

/** A file that was staged, with the SHA-256 that was signed; `path` is relative to the `inputs` folder. */
export interface StagedFile {
  readonly path: string
  readonly digest: Digest
}

/**
 * Puts everything a job needs where it will look for it, and says what must be there when it starts. Safe to repeat. A source
 * that is not what was signed any more is `changed-file`, one that is gone `missing-file`; both name it.
 */
export async function stageInputs(
  staging: Staging,
  inputs: readonly StagedInput[],
): Promise<readonly StagedFile[]> {
  const staged: StagedFile[] = []
  const links: RemoteLink[] = []
  for (const input of inputs) {
    checkPath(input.path)
    if ('text' in input) {
      await staging.transport.write(at(staging, input.path), Buffer.from(input.text), staging.request)
    } else if (input.value.at.kind === 'destination') {
      // It is there already, and how it was signed was its user's choice: it is not read again here.
      links.push({ path: input.path, target: input.value.at.path })
    } else if (input.value.kind === 'file') staged.push(await stageFile(staging, input.path, input.value))
    else {
      const there = await stageFolder(staging, input.path, input.value)
      staged.push(...there.files)
      links.push(...there.links)
    }
  }
  await makeLinks(staging, links)
  return staged
}

async function stageFile(staging: Staging, path: string, value: FileValue): Promise<StagedFile> {
  const { at: place } = value
  if (place.kind === 'path') {
    await checkFile(place.path, value.digest)
    await send(staging, path, { localPath: place.path })
  } else await sendObject(staging, path, value.digest, value.name)
  return { path, digest: value.digest }
}

async function stageFolder(
  staging: Staging,
  path: string,
  value: FolderValue,
): Promise<{ readonly files: readonly StagedFile[]; readonly links: readonly RemoteLink[] }> {
  const source = value.at.kind === 'path' ? value.at.path : undefined
  const entries = await (source === undefined
    ? manifestOf(staging.objects, value)
    : entriesOf(source, value.digest))
  const files: StagedFile[] = []
  const links: RemoteLink[] = [{ path, folder: true }]
  for (const [name, kind, more] of entries) {
    const inside = `${path}/${name}`
    checkPath(inside)
    if (kind === 'folder') links.push({ path: inside, folder: true })
    else if (kind === 'link') links.push({ path: inside, target: more })
    else {
      if (source === undefined) await sendObject(staging, inside, more, inside)
      else await send(staging, inside, { localPath: join(source, name) })
      files.push({ path: inside, digest: more })
    }
  }
  return { files, links }
}

async function manifestOf(objects: ObjectStore, value: FolderValue): Promise<readonly FolderEntry[]> {
  if (!(await objects.has(value.digest))) throw notKept(value.name, value.digest)
  return readFolderManifest(objects, value.digest)
}

/** The entries of a folder that a user named, read once more: they must be what was signed. */
async function entriesOf(path: string, signed: Digest): Promise<readonly FolderEntry[]> {
  const digests = new Map<string, Digest>()
  const { digest } = await digestFolder(path, async (file) => {
    const found = await digestFile(file)
    digests.set(file, found.digest)
    return found.digest
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
  return entries
}

async function checkFile(path: string, signed: Digest): Promise<void> {
  const found = await digestFile(path)
  if (found.digest !== signed) throw changed(path)
}

async function sendObject(staging: Staging, path: string, digest: Digest, name: string): Promise<void> {
  if (!(await staging.objects.has(digest))) throw notKept(name, digest)
  await send(staging, path, { localPath: staging.objects.path(digest), own: true })
}

function send(
  staging: Staging,
  path: string,
  source: { readonly localPath: string; readonly own?: boolean },
): Promise<void> {
  return staging.transport.write(at(staging, path), source, staging.request)
}

function at({ folder }: Staging, path: string): string {
  return `${folder}/${path}`
}

function checkPath(path: string): void {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0')))
    throw new AbeyanceError('invalid-value', `an input cannot be staged at ${JSON.stringify(path)}`)
}

function changed(path: string): AbeyanceError {
  return new AbeyanceError(
    'changed-file',
    `${path} is not what it was when its signature was made: start the run again, so that it is signed anew`,
  )
}

function notKept(name: string, digest: Digest): AbeyanceError {
  return new AbeyanceError(
    'missing-file',
    `${name} is not in the workspace's store any more (${digest}): run what made it again`,
  )
}
