import type { Clock } from '../../core/clock.ts'
import type { RequestOptions } from '../transport.ts'
import { inTime } from './in-time.ts'

/** Who waits for something of a kind, first come first served. */
export interface WaitingLine<T> {
  readonly length: number
  /** Waits no longer than a request allows; `unwanted` gets what was given in the very moment of giving up. */
  wait(what: string, options: RequestOptions, unwanted: (thing: T) => void): Promise<T>
  /** Gives a thing to who waits longest; false where nobody waits. */
  give(thing: T): boolean
  /** Sends all away. */
  fail(error: unknown): void
}

export function openWaitingLine<T>(clock: Clock): WaitingLine<T> {
  const waiting = new Set<{ readonly take: (thing: T) => void; readonly fail: (error: unknown) => void }>()
  return {
    get length() {
      return waiting.size
    },
    async wait(what, options, unwanted) {
      let leave = () => false
      const given = new Promise<T>((take, fail) => {
        const place = { take, fail }
        waiting.add(place)
        leave = () => waiting.delete(place)
      })
      try {
        return await inTime(what, clock, options, given)
      } catch (error) {
        if (!leave()) given.then(unwanted, () => {})
        throw error
      }
    },
    give(thing) {
      const [first] = waiting
      if (!first) return false
      waiting.delete(first)
      first.take(thing)
      return true
    },
    fail(error) {
      for (const { fail } of waiting) fail(error)
      waiting.clear()
    },
  }
}
