import type { Clock } from '../core/clock.ts'

/** Entries of the spool that were reported; only these are removed once what they say is on disk here. */
export interface SpoolEntries {
  /** What a look found, by tag, and the jobs that it told of. */
  saw(spool: ReadonlyMap<string, readonly string[]>, told: ReadonlyMap<string, unknown>): void
  /**
   * Entries of these jobs, and of those for which nobody has asked for minutes, such as jobs that ended by a word of their scheduler:
   * each look would examine them for as long as their folders are there.
   */
  of(tags: readonly string[]): ReadonlyMap<string, readonly string[]>
  forget(tags: Iterable<string>): void
}

/** Milliseconds after which nobody will ask for a job any more: what was begun is on its way to its record for less. */
const forgotten = 300_000

export function spoolEntries(clock: Clock): SpoolEntries {
  const seen = new Map<string, readonly string[]>()
  /** Since when they are there. */
  const strangers = new Map<string, number>()
  return {
    saw(spool, told) {
      for (const [tag, entries] of spool) seen.set(tag, entries)
      for (const tag of strangers.keys()) if (!spool.has(tag) || told.has(tag)) strangers.delete(tag)
      for (const tag of spool.keys())
        if (!told.has(tag) && !strangers.has(tag)) strangers.set(tag, clock.now())
    },
    of(tags) {
      const old = [...strangers].flatMap(([tag, at]) => (clock.now() - at >= forgotten ? [tag] : []))
      return new Map(
        [...tags, ...old].flatMap((tag) => {
          const entries = seen.get(tag) ?? []
          return entries.length === 0 ? [] : [[tag, entries] as const]
        }),
      )
    },
    forget(tags) {
      for (const tag of tags) {
        seen.delete(tag)
        strangers.delete(tag)
      }
    },
  }
}
