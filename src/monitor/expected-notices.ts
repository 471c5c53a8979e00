import type { Clock } from '../core/clock.ts'
import type { RecordStore } from '../records/record-store.ts'
import { asKeptNotice, type KeptNotice } from './kept-notice.ts'

/** The keys of what one recipient is to be told, from before it is on disk until it is delivered. */
export interface ExpectedNotices {
  add(key: string): void
  remove(key: string): void
  keys(): Iterable<string>
  /** Whether there are some that `onDisk` has not found yet. */
  hasNew(): boolean
  /** Those that are there, in the order in which they were expected. */
  onDisk(): AsyncGenerator<KeptNotice>
}

// A notice that was announced and is still not on disk after so long was never put.
const longestPut = 600_000

export function expectedNotices(store: Pick<RecordStore, 'get'>, clock: Clock): ExpectedNotices {
  const expected = new Map<string, number>()
  const unseen = new Set<string>()

  function remove(key: string): void {
    expected.delete(key)
    unseen.delete(key)
  }

  return {
    add(key) {
      expected.set(key, clock.now())
      unseen.add(key)
    },
    remove,
    keys: () => expected.keys(),
    hasNew: () => unseen.size > 0,
    async *onDisk() {
      for (const [key, since] of expected) {
        const kept = asKeptNotice(await store.get({ kind: 'notice', key }))
        if (kept) {
          unseen.delete(key)
          yield kept
        } else if (Math.abs(clock.now() - since) > longestPut) remove(key)
      }
    },
  }
}
