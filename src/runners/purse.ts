import type { Clock } from '../core/clock.ts'
import { sumOf, type Spending, type Usage, type UsageBook } from '../core/usage-book.ts'

/** Commands that may be spent; it fills up by so many an hour, and holds an hour's. What others spent of it counts too. */
export interface Purse {
  has(): boolean
  pay(commands: number): void
  /** When it has one again, in ms since 1970; now where it has. */
  until(): number
  /** Takes in what is in the book of before, and what other processes wrote since. */
  refresh(): Promise<void>
}

const hour = 3_600_000

export function openPurse(clock: Clock, perHour: number, usage: Usage, book: UsageBook): Purse {
  const begun = clock.now()
  let left = perHour
  let at = begun
  let isNew = true
  /** Of what is in the book since this one began: what was taken off here. */
  let counted = 0
  let writing: Promise<unknown> = Promise.resolve()

  function fill(now: number): void {
    left = filled(left, perHour, now - at)
    at = now
  }

  return {
    has() {
      fill(clock.now())
      return left >= 1
    },
    until() {
      fill(clock.now())
      return at + Math.max(0, Math.ceil(((1 - left) * hour) / perHour))
    },
    pay(commands) {
      if (commands === 0) return
      left -= commands
      counted += commands
      const now = clock.now()
      writing = writing.then(() => book.spend(usage, commands, now)).catch(() => {}) // counted here all the same
    },
    async refresh() {
      await writing
      const known = await book.since(usage, begun - 2 * hour) // however empty it was, by then it was full again
      if (isNew) left -= perHour - leftAfter(known, perHour, begun)
      isNew = false
      const since = sumOf(known.filter((one) => one.at >= begun))
      left -= Math.max(0, since - counted)
      counted = Math.max(counted, since)
    },
  }
}

/** What was left when this process began. */
function leftAfter(spent: readonly Spending[], perHour: number, begun: number): number {
  let [left, at] = [perHour, -Infinity]
  for (const one of spent) {
    if (one.at >= begun) continue
    left = filled(left, perHour, one.at - at) - one.amount
    at = one.at
  }
  return filled(left, perHour, begun - at)
}

/** A clock that was set back fills nothing. */
function filled(left: number, perHour: number, span: number): number {
  return Math.min(perHour, left + (Math.max(0, span) * perHour) / hour)
}
