import type { Digest } from '../core/ids.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** Objects that can be swept while others are being kept: what is kept meanwhile is not swept, whatever was known before. */
export interface GuardedObjects extends ObjectStore {
  /** Begins to note what is kept; from then on `sweep` removes what was not. `end` when the sweeping is over. */
  beginSweep(): { sweep(digest: Digest): Promise<void>; end(): void }
}

export function guardedObjects(objects: ObjectStore): GuardedObjects {
  const keeping = new Set<Promise<void>>()
  const sweeping = oneAtATime()
  const kept = new Set<Set<Digest>>()
  const noted = <T extends { readonly digest: Digest }>(keep: () => Promise<T>): Promise<T> => {
    const act = async () => {
      await sweeping.busy()
      const made = await keep()
      for (const since of kept) since.add(made.digest)
      return made
    }
    const mine = act()
    const over: Promise<void> = mine.then(
      () => void keeping.delete(over),
      () => void keeping.delete(over),
    )
    keeping.add(over)
    return mine
  }
  return {
    ...objects,
    keep: (path, how) => noted(() => objects.keep(path, how)),
    keepBytes: (bytes) => noted(() => objects.keepBytes(bytes)),
    beginSweep() {
      const since = new Set<Digest>()
      kept.add(since)
      return {
        async sweep(digest) {
          // What is on its way may turn out to be just this one; what begins now waits until it is removed.
          const underWay = [...keeping]
          await sweeping.take(async () => {
            await Promise.all(underWay)
            if (!since.has(digest)) await objects.remove(digest)
          })
        },
        end: () => void kept.delete(since),
      }
    },
  }
}
