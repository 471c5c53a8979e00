import { AbeyanceError } from '../../core/error.ts'
import { dayLength, dayOf, sumOf, type UsageBook } from '../../core/usage-book.ts'

/** How many connections to a host may begin in a day (UTC), counted in a book: its administrators count those of all our processes. */
export interface DailyBudget {
  /** Counts one before it begins; gives what takes it back, for one that reached nobody. Error: `quota-used-up`. */
  spend(now: number): Promise<() => Promise<void>>
  used(now: number): Promise<number>
}

export function openBudget(host: string, limit: number, book: UsageBook): DailyBudget {
  const used = async (now: number) => {
    const day = dayOf(now)
    const spent = await book.since('connections', Date.parse(day))
    return sumOf(spent.filter(({ at }) => dayOf(at) === day))
  }
  return {
    used,
    async spend(now) {
      if ((await used(now)) >= limit) throw usedUp(host, limit, now)
      await book.spend('connections', 1, now)
      return () => book.spend('connections', -1, now)
    },
  }
}

function usedUp(host: string, limit: number, now: number): AbeyanceError {
  const next = dayOf(now + dayLength)
  return new AbeyanceError(
    'quota-used-up',
    `${limit} connections to ${host} were begun today, as many as its destination allows; the next one is made on ${next} (UTC). Raise connectionsPerDay if its administrators agree`,
    { details: { host, limit, next, until: Date.parse(next) } },
  )
}
