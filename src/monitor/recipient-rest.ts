import type { Clock } from '../core/clock.ts'
import { backoff } from './backoff.ts'

/** How long a recipient is left alone after failures, so that many notices do not knock at a closed door one by one. */
export interface RecipientRest {
  /** Milliseconds until something may be delivered. */
  left(): number
  /** A delivery failed; `after`: it asked for so many milliseconds. Gives how many failed in a row. */
  failed(after?: number): number
  /** A delivery went well. Gives whether it had failed for long before: what waits for its own turn may go now. */
  delivered(): boolean
}

export interface RestSettings {
  readonly firstRetry: number
  readonly lastRetry: number
}

// Between two tries of a recipient that fails: what waits for it goes soon after it is back.
const longestRest = 60_000

export function recipientRest(clock: Clock, { firstRetry, lastRetry }: RestSettings): RecipientRest {
  let failures = 0
  let until = -Infinity
  let since = -Infinity // before this process, for all that it knows
  const longest = Math.min(lastRetry, longestRest)
  return {
    left() {
      const left = until - clock.now()
      return left > 0 && left <= lastRetry ? left : 0 // else the clock was set back
    },
    failed(after = 0) {
      failures += 1
      if (failures === 1 && since !== -Infinity) since = clock.now()
      const pause = Math.max(
        backoff(failures, { firstRetry, lastRetry: longest }),
        Math.min(after, lastRetry),
      )
      until = clock.now() + pause
      return failures
    },
    delivered() {
      const wasLong = since === -Infinity || (failures > 0 && clock.now() - since > longestRest)
      failures = 0
      since = clock.now()
      return wasLong
    },
  }
}
