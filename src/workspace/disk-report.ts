import type { JobKey, Tag } from '../core/ids.ts'
import type { CleanRecord } from '../monitor/cleaner.ts'
import type { HostDisk } from '../runners/host-disk.ts'

/** What a workspace takes on one machine. Destinations that share a work folder there are told together. */
export interface DiskUse {
  readonly destinations: readonly string[]
  /** Such as `this machine` or `user@host`. */
  readonly host: string
  readonly found:
    | (Omit<HostDisk, 'attempts'> & { readonly kind: 'measured'; readonly attempts: readonly AttemptDisk[] })
    /** It does not answer, or not in time. */
    | { readonly kind: 'unreachable'; readonly why: string }
    /** Its runner cannot tell. */
    | { readonly kind: 'unsupported' }
  /** Folders that are to be removed, with what came of trying. */
  readonly toRemove: readonly CleanRecord[]
}

/** The folder of one attempt, largest first; of a job that was discarded there is no more than the tag. */
export interface AttemptDisk {
  readonly tag: Tag
  readonly bytes: number
  readonly job?: { readonly key: JobKey; readonly name: string; readonly attempt: number }
}
