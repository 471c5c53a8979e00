import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'

/** Deadlines of waits that somebody answers: one timer for all, none without. */
export interface Deadlines {
  set(key: JobKey, deadline: number): void
  drop(key: JobKey): void
  close(): void
}

// A clock that jumped, or a machine that slept, is met within this (rule M5).
const longestNap = 60_000
const afterFault = 5000

/** `pass` writes down that it has passed; what it could not is tried again. */
export function openDeadlines(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  pass: (key: JobKey) => Promise<void>,
): Deadlines {
  const deadlines = new Map<JobKey, number>()
  let timer: unknown
  let closed = false

  async function sweep(): Promise<void> {
    for (const [key, deadline] of deadlines) {
      if (clock.now() < deadline) continue
      try {
        await pass(key)
        deadlines.delete(key)
      } catch (error) {
        const what = { wait: key, error: messageOf(error) }
        logger.warn(what, 'a deadline could not be written down; it is tried again')
      }
    }
    arm()
  }

  function arm(): void {
    clock.clearTimeout(timer)
    if (closed || deadlines.size === 0) return
    const soonest = Math.min(...deadlines.values()) - clock.now()
    timer = clock.setTimeout(() => void sweep(), soonest > 0 ? Math.min(soonest, longestNap) : afterFault)
  }

  return {
    set(key, deadline) {
      deadlines.set(key, deadline)
      arm()
    },
    drop(key) {
      if (deadlines.delete(key)) arm()
    },
    close() {
      closed = true
      clock.clearTimeout(timer)
    },
  }
}
