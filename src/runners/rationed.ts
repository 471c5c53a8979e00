import type { Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { sumOf, type UsageBook } from '../core/usage-book.ts'
import { notSent } from '../transports/not-sent.ts'
import type { Runner } from './runner.ts'

const hour = 3_600_000

export interface Ration {
  readonly destination: string
  /** Bytes, both ways. */
  readonly bytesPerHour: number
  readonly book: UsageBook
  readonly clock: Clock
}

/**
 * A runner that submits, looks and fetches nothing once as many bytes went to and from its host in an hour as its budget allows:
 * `quota-used-up` with the time until which it is so. What ends or removes something goes on.
 */
export function rationed(runner: Runner, { destination, bytesPerHour, book, clock }: Ration): Runner {
  const check = async () => {
    const now = clock.now()
    const spent = await book.since('bytes', now - hour)
    if (sumOf(spent) < bytesPerHour) return
    const until = whenBelow(spent, bytesPerHour) + hour
    throw notSent(
      new AbeyanceError(
        'quota-used-up',
        `${sumOf(spent)} bytes went to and from ${destination} in an hour, and its budget allows ${bytesPerHour}; it is asked again at ${new Date(until).toISOString()}. Raise bytesPerHour if its administrators agree`,
        { details: { until } },
      ),
    )
  }
  return {
    ...runner,
    async submit(jobs, options) {
      await check()
      return runner.submit(jobs, options)
    },
    async look(question, options) {
      await check()
      return runner.look(question, options)
    },
    async fetch(job, options) {
      await check()
      return runner.fetch(job, options)
    },
  }
}

/** The time of the spending with which, once it and all before it are an hour old, there is room again. */
function whenBelow(spent: Awaited<ReturnType<UsageBook['since']>>, limit: number): number {
  let rest = sumOf(spent)
  for (const { at, amount } of spent.toSorted((one, other) => one.at - other.at)) {
    rest -= amount
    if (rest < limit) return at
  }
  return 0
}
