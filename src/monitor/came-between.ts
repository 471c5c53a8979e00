import { breather } from '../core/breather.ts'

const minute = 60_000
const day = 24 * 60 * minute
const furthest = 31 * day

/** Of the minutes after `from`, up to and with `to`, the latest that is included is `last`. */
interface Gone {
  readonly from: number
  readonly to: number
  readonly last: number | undefined
}

/**
 * Whether one of the minutes that are included began after `from`, up to and with `to`; no more than the last 31 days are gone
 * through. What was gone through is remembered: of a thousand times with the same `to`, one costs, and a minute later one minute.
 */
export function cameBetween(
  includes: (time: number) => boolean,
): (from: number, to: number) => Promise<boolean> {
  let gone: Gone = { from: -Infinity, to: -Infinity, last: undefined }

  async function lastIn(from: number, to: number): Promise<number | undefined> {
    const breathe = breather()
    for (let at = minuteOf(to); at > from; at -= minute) {
      if (includes(at)) return at
      await breathe()
    }
    return undefined
  }

  return async (from, to) => {
    const now = minuteOf(to)
    const oldest = Math.max(from, now - furthest)
    // After a day in which nobody asked, or when the clock was set back, it begins anew.
    const known = gone.to <= now && now - gone.to <= day ? gone : { from: now, to: now, last: undefined }
    const last = (await lastIn(known.to, now)) ?? known.last ?? (await lastIn(oldest, known.from))
    gone = { from: Math.min(oldest, known.from), to: now, last }
    return last !== undefined && last > from
  }
}

/** When the minute of this time began. */
export function minuteOf(time: number): number {
  return Math.floor(time / minute) * minute
}
