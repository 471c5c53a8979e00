import type { Tag } from '../core/ids.ts'

/** What folders of a workspace take on their machine, in bytes of its disk. */
export interface FolderSizes {
  /** What an attempt shares with the cache counts there. */
  readonly attempts: ReadonlyMap<Tag, number>
  /** What was sent there, each content once. */
  readonly cache: number
  /** Of attempts whose removal was cut off; it goes with the next one. */
  readonly leftovers: number
}

/** What a workspace takes on a machine, in bytes. */
export interface HostDisk extends FolderSizes {
  /** Where all of it is, on that machine. */
  readonly folder: string
  /** Still free on that disk, where the machine says it. */
  readonly free?: number
}
