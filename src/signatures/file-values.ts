import { basename, resolve } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest, type Digest } from '../core/ids.ts'
import { statIfThere, type FileStat } from '../core/system/files.ts'
import {
  given,
  type FileReference,
  type FolderReference,
  type Given,
  type Where,
} from '../pipeline/pipeline.ts'
import type { FileValue, FolderValue, Place, Value } from '../pipeline/value.ts'
import type { Transport } from '../transports/transport.ts'
import { digestFile } from './digest-file.ts'
import { digestFolder } from './digest-folder.ts'
import type { DigestMemo } from './digest-memo.ts'
import { digestStat } from './digest-stat.ts'
import { lookThere } from './look-there.ts'

/** Where relative paths start, and what is remembered of files. */
export interface Looking {
  readonly base: string
  readonly memo?: DigestMemo
  /** The way to a destination's machine; throws `unknown-destination` where there is none. */
  readonly wayTo?: (destination: string) => Promise<Transport>
}

/** Hashing what its user wants to be signed by content may take so long, in milliseconds. */
const longestLook = 3_600_000

/** The file that a person named, looked at: `missing-file` where there is none (rule S3). */
export async function fileValue(reference: FileReference, looking: Looking): Promise<FileValue> {
  if (reference.at !== undefined && looking.wayTo)
    return valueThere(reference, reference.at, await looking.wayTo(reference.at))
  const { path, name, found } = await locate(reference.file, reference, looking.base)
  if (found.isDirectory())
    throw new AbeyanceError(
      'invalid-value',
      `${path} is a folder: give a file, or say "folder" instead of "file"`,
    )
  const sign = signer(reference, looking.memo)
  return {
    kind: 'file',
    name,
    size: Number(found.size),
    digest: await sign(path),
    at: placeAt(path, reference),
  }
}

/** The folder that a person named, looked at: `missing-file` where there is none (rule S3). */
export async function folderValue(reference: FolderReference, looking: Looking): Promise<FolderValue> {
  const { path, name, found } = await locate(reference.folder, reference, looking.base)
  if (!found.isDirectory())
    throw new AbeyanceError(
      'invalid-value',
      `${path} is no folder: give a folder, or say "file" instead of "folder"`,
    )
  const sign = signer(reference, looking.memo)
  const whole = await digestFolder(path, sign)
  const pinned = pin(reference)
  return {
    kind: 'folder',
    name,
    files: whole.files,
    digest: pinned ?? whole.digest,
    at: placeAt(path, reference),
  }
}

/** What a person gave as a value: every file and folder in it, at any depth, looked at. */
export async function valueOf(what: Given, looking: Looking): Promise<Value> {
  if (typeof what !== 'object' || what === null) return what
  if (isFileReference(what)) return fileValue(what, looking)
  if (isFolderReference(what)) return folderValue(what, looking)
  if (!isList(what)) return what // plain JSON: files are named in lists, never inside an object
  const values: Value[] = []
  for (const element of what) values.push(await valueOf(element, looking))
  return values
}

/** It stays there and is used there. */
async function valueThere(
  reference: FileReference,
  destination: string,
  transport: Transport,
): Promise<FileValue> {
  const pinned = pin(reference)
  const sign = pinned === undefined ? reference.sign : { pinned }
  const { path, name, size, digest, weak } = await lookThere(transport, reference.file, sign, {
    deadline: longestLook,
  })
  const where = { path, ...(weak && ({ signed: 'stat' } as const)) }
  const at: Place = transport.stream
    ? { kind: 'destination', destination, ...where }
    : { kind: 'path', ...where } // it is this machine
  return { kind: 'file', name, size, digest, at }
}

async function locate(
  named: string,
  where: Where,
  base: string,
): Promise<{ readonly path: string; readonly name: string; readonly found: FileStat }> {
  if (where.at !== undefined)
    throw new AbeyanceError(
      'unsupported',
      `${named} is at ${where.at}: of other machines only files can be named here; bring a folder with \`copy-from\``,
    )
  const path = resolve(base, named)
  const found = await statIfThere(path)
  if (found === undefined)
    throw new AbeyanceError(
      'missing-file',
      `there is no ${named}${path === named ? '' : ` in ${base}`}: check its name`,
    )
  const name = basename(path)
  if (name === '')
    throw new AbeyanceError('invalid-value', `${named} has no name of its own: give something inside it`)
  return { path, name, found }
}

/** How one file is signed: by what the user pinned, by size and time, or by its content. */
function signer(where: Where, memo: DigestMemo | undefined): (path: string) => Promise<Digest> {
  const pinned = pin(where)
  if (pinned !== undefined) return () => Promise.resolve(pinned)
  if (where.sign === 'stat') return digestStat
  return async (path) => (await digestFile(path, memo)).digest
}

function pin(where: Where): Digest | undefined {
  if (typeof where.sign !== 'object') return undefined
  const { pinned } = where.sign
  if (!/^[0-9a-f]{64}$/.test(pinned))
    throw new AbeyanceError(
      'invalid-value',
      `"${pinned}" is no SHA-256: give 64 digits 0-9 and a-f, as sha256sum prints`,
    )
  return digest(pinned)
}

/** What staging must know to find that it is still what was signed. */
function placeAt(path: string, { sign }: Where): Place {
  return { kind: 'path', path, ...(sign === 'stat' && { signed: sign }) }
}

function isFileReference(what: object): what is FileReference {
  return given in what && 'file' in what
}

function isFolderReference(what: object): what is FolderReference {
  return given in what && 'folder' in what
}

function isList(what: Given): what is readonly Given[] {
  return Array.isArray(what)
}
