import type { NativeId, Tag } from '../../core/ids.ts'
import type { JobReport } from '../job-report.ts'
import type { OwnStream } from '../streams.ts'

/** What this process knows of an attempt already, so that it need not be asked again; all of it is on the server too. */
export interface Attempt {
  /** The server's own id of the job. */
  native?: NativeId
  /** The highest incarnation that was seen to be claimed; 0 before. */
  incarnation: number
  running?: Extract<JobReport, { kind: 'running' }>
  /** Of the highest incarnation. Its server gave no other answer since. */
  ended?: Extract<JobReport, { kind: 'ended' }>
  /** Of its streams, when it ended. */
  sizes?: Readonly<Record<OwnStream, number>>
  /** The last sign of life, and since when it is the same by our clock. */
  beat?: { readonly text: string; readonly since: number }
  /** Since when, by our clock, its server calls it over though it never began. */
  unbegunSince?: number
  /** Being submitted by this process right now. */
  submitting?: true
  /** The id under which the server took the submission. */
  accepted?: NativeId
  readonly streams: Map<string, Offsets>
}

/** Where the pieces of a stream begin, as far as they are known, and where the last known one ends. */
export interface Offsets {
  starts: number[]
  end: number
  /** The last piece that was read: a reader who takes less than a piece comes again for the rest. */
  last?: { readonly start: number; readonly bytes: Uint8Array }
}

export interface Attempts {
  of(tag: Tag): Attempt
  knows(tag: Tag): boolean
  forget(tag: Tag): void
}

export function openAttempts(): Attempts {
  const all = new Map<Tag, Attempt>()
  return {
    of(tag) {
      const found = all.get(tag) ?? { incarnation: 0, streams: new Map<string, Offsets>() }
      all.set(tag, found)
      return found
    },
    knows: (tag) => all.has(tag),
    forget: (tag) => void all.delete(tag),
  }
}
