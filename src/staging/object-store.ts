import type { Digest } from '../core/ids.ts'

/** Files kept by their content, beside the records: outputs of modules and whatever is too large for a record. */
export interface ObjectStore {
  /** Takes a local file in, by hard link where it may (`own`: nobody writes to it any more), else by copy; verified. */
  keep(path: string, how: 'own' | 'copy'): Promise<{ readonly digest: Digest; readonly size: number }>
  keepBytes(bytes: Uint8Array): Promise<{ readonly digest: Digest; readonly size: number }>
  has(digest: Digest): Promise<boolean>
  /** The path of the kept file: to be read, never written. */
  path(digest: Digest): string
  all(): AsyncIterable<{ readonly digest: Digest; readonly size: number }>
  remove(digest: Digest): Promise<void>
}
