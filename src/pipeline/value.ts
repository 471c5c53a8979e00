import type { Digest } from '../core/ids.ts'
import type { Json } from '../core/json.ts'

/** A file as modules see it: plain JSON, named by its content. `name` is the base name it is staged under, `size` is bytes. */
export interface FileValue {
  readonly kind: 'file'
  readonly name: string
  readonly size: number
  readonly digest: Digest
  readonly at: Place
}

/** A folder as modules see it; `files` counts the files in it, `digest` is over its sorted entries and their content. */
export interface FolderValue {
  readonly kind: 'folder'
  readonly name: string
  readonly files: number
  readonly digest: Digest
  readonly at: Place
}

/**
 * Where the bytes are now: in the workspace's object store, at a path of this machine that a user named, or on a destination: `pinned`
 * in the folder of what stays there, else at a path there that a user named. `stat`: the digest is of size and time alone.
 */
export type Place =
  | { readonly kind: 'workspace' }
  | { readonly kind: 'path'; readonly path: string; readonly signed?: 'stat' }
  | DestinationPlace

export interface DestinationPlace {
  readonly kind: 'destination'
  readonly destination: string
  readonly path: string
  readonly pinned?: true
  readonly signed?: 'stat'
}

/** What crosses a port: JSON, with files and folders in it anywhere. */
export type Value = Json | FileValue | FolderValue | readonly Value[]

/** What stands in a tolerant map's results where an element failed (rule P5). */
export interface ElementFailure {
  readonly kind: 'element-failure'
  readonly index: number
  readonly message: string
}

export function isFile(value: unknown): value is FileValue {
  return hasKind(value, 'file') && hasPlace(value)
}

export function isFolder(value: unknown): value is FolderValue {
  return hasKind(value, 'folder') && hasPlace(value)
}

export function isElementFailure(value: unknown): value is ElementFailure {
  return hasKind(value, 'element-failure')
}

/** JSON of others may say `kind` and `digest` too; a place is said by values of ours alone. */
function hasPlace(value: object): boolean {
  return 'digest' in value && 'at' in value && typeof value.at === 'object' && value.at !== null
}

function hasKind(value: unknown, kind: string): value is object {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}
