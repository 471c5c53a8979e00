import type { Clock } from '../core/clock.ts'
import { openUsageBook, type UsageBook } from '../core/usage-book.ts'
import { openPurse, type Purse } from './purse.ts'
import type { Spared } from './runner.ts'

/** What may be asked of a scheduler: as a routine, and where a job hangs on the answer. */
export interface Purses {
  readonly routine: Purse
  readonly inDoubt: Purse
  /** Takes in what other processes spent, now and then. */
  refresh(): Promise<void>
  /** Why nobody may be asked though somebody waits to hear, and until when. */
  spared(): Spared
}

export const usualPerHour = 12
/** In doubt, a job hangs on the answer. */
export const inDoubtPerHour = (perHour = usualPerHour) => Math.max(perHour, 1) * 10

/** Between two readings of what other processes spent, in ms. */
const refreshGap = 10_000

export function openPurses(
  clock: Clock,
  perHour: number,
  book: UsageBook = openUsageBook(() => Promise.resolve(undefined)),
): Purses {
  const routine = openPurse(clock, perHour, 'commands', book)
  const inDoubt = openPurse(clock, inDoubtPerHour(perHour), 'commands-in-doubt', book)
  let refreshedAt = -Infinity
  return {
    routine,
    inDoubt,
    async refresh() {
      if (Math.abs(clock.now() - refreshedAt) < refreshGap) return
      refreshedAt = clock.now()
      await Promise.all([routine.refresh(), inDoubt.refresh()])
    },
    spared() {
      const why = `${inDoubtPerHour(perHour)} commands of its scheduler were spent in an hour, as many as its budget allows in doubt`
      return { until: inDoubt.until(), why }
    },
  }
}
