import type { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import { isFile, isFolder, type DestinationPlace, type FileValue, type Value } from '../pipeline/value.ts'
import type { RequestOptions } from '../transports/transport.ts'

/** A file whose bytes are on a machine. */
export type FarFile = FileValue & { readonly at: DestinationPlace }

/** Where files are that did not come home, as whoever works for one destination sees it. */
export interface Places {
  /** The name of this destination. */
  readonly own: string
  /** Whether a destination may be this very machine: what is there is looked for here first. */
  isNear(destination: string): boolean
  /**
   * Brings a file home, once however many ask; gives the SHA-256 under which its content is in the store. Errors: `missing-file`,
   * `changed-file`, `unknown-destination` and the way's own.
   */
  bring(file: FarFile, request: RequestOptions): Promise<Digest>
  /** The machine was asked and has lost what stayed there: that is noted, so that what made it runs again. Gives the error. */
  lost(file: FarFile): Promise<AbeyanceError>
}

export function isFar(value: FileValue): value is FarFile {
  return value.at.kind === 'destination'
}

/** The files in a value that stay on machines, at any depth. */
export function* pinnedIn(value: Value): Iterable<FarFile> {
  if (typeof value !== 'object' || value === null) return
  if (isFolder(value)) return
  if (!isFile(value)) for (const inner of Object.values<Value>(value)) yield* pinnedIn(inner)
  else if (isFar(value) && value.at.pinned) yield value
}
