import { AbeyanceError } from '../core/error.ts'
import { digest, type Digest } from '../core/ids.ts'
import { parseJson, type Json } from '../core/json.ts'
import { readText } from '../core/system/files.ts'
import { canonicalText } from '../signatures/canonical-text.ts'
import type { ObjectStore } from './object-store.ts'

/** One thing in a folder; `path` is relative to it. The tuples are the text that the folder's digest is taken of. */
export type FolderEntry =
  | readonly [path: string, kind: 'file', digest: Digest]
  | readonly [path: string, kind: 'folder']
  | readonly [path: string, kind: 'link', target: string]

/**
 * Keeps a folder whose files are kept already: its sorted entries are an object, and the digest of that object is the
 * digest of the folder (see `digestFolder`). So a FolderValue in the workspace needs nothing but the store to be read.
 */
export async function keepFolderManifest(
  objects: ObjectStore,
  entries: readonly FolderEntry[],
): Promise<{ readonly digest: Digest; readonly files: number }> {
  const astray = entryAstray(entries)
  if (astray !== undefined)
    throw new AbeyanceError('invalid-value', `${astray} is listed in a folder that it leads out of`)
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const kept = await objects.keepBytes(Buffer.from(canonicalText(sorted)))
  return { digest: kept.digest, files: entries.filter(([, kind]) => kind === 'file').length }
}

/** The entries of a folder that is kept in the store. */
export async function readFolderManifest(
  objects: ObjectStore,
  folder: Digest,
): Promise<readonly FolderEntry[]> {
  const path = objects.path(folder)
  const entries = readEntries(parseJson(await readText(path)))
  if (entries) return entries
  throw new AbeyanceError('workspace-damaged', `${path} should list the entries of a folder and does not`)
}

function readEntries(json: Json): readonly FolderEntry[] | undefined {
  if (!Array.isArray(json)) return undefined
  const entries = json.map(readEntry).filter((entry) => entry !== undefined)
  return entries.length === json.length && entryAstray(entries) === undefined ? entries : undefined
}

/** One that would be laid out elsewhere, by its own path or by way of a link: lists come from other machines. */
function entryAstray(entries: readonly FolderEntry[]): string | undefined {
  const leaves = new Set(entries.flatMap(([path, kind]) => (kind === 'folder' ? [] : [path])))
  return entries.find(([path]) => {
    const parts = path.split('/')
    const above = parts.slice(1).map((_, place) => parts.slice(0, place + 1).join('/'))
    return parts.includes('..') || path.startsWith('/') || above.some((folder) => leaves.has(folder))
  })?.[0]
}

function readEntry(json: Json): FolderEntry | undefined {
  const [path, kind, more] = Array.isArray(json) ? json.map((part: Json) => part) : []
  if (typeof path !== 'string') return undefined
  if (kind === 'folder') return [path, kind]
  if (typeof more !== 'string') return undefined
  if (kind === 'file') return [path, kind, digest(more)]
  return kind === 'link' ? [path, kind, more] : undefined
}
