import type { Clock } from '../core/clock.ts'

/**
 * Time that a test moves by hand. It knows the two things that real clocks do to programs: the machine sleeps
 * (`leap`), and somebody sets the clock (`set`), which moves no timer.
 */
export interface VirtualClock extends Clock {
  /** Lets time pass: every timer that falls due acts in its turn, and what it starts is waited for between two of them. */
  advance(milliseconds: number): Promise<void>
  /** The machine slept: time has passed at once, and each timer that fell due meanwhile acts a single time. */
  leap(milliseconds: number): Promise<void>
  /** Somebody set the clock: `now` changes, timers go on as they were. */
  set(now: number): void
  /** How many timers are waiting; 0 after everything was closed. */
  readonly timers: number
}

interface Timer {
  readonly due: number
  readonly act: () => void
}

export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let elapsed = 0
  let offset = start
  const timers = new Set<Timer>()

  async function fire(timer: Timer): Promise<void> {
    if (!timers.delete(timer)) return
    timer.act()
    await settled()
  }

  return {
    now: () => offset + elapsed,
    setTimeout(act, milliseconds) {
      const timer = { due: elapsed + Math.max(milliseconds, 0), act }
      timers.add(timer)
      return timer
    },
    clearTimeout(timer) {
      for (const one of timers) if (one === timer) timers.delete(one)
    },
    async advance(milliseconds) {
      const end = elapsed + milliseconds
      await settled()
      for (let next = earliest(timers, end); next !== undefined; next = earliest(timers, end)) {
        elapsed = Math.max(elapsed, next.due)
        await fire(next)
      }
      elapsed = end
    },
    async leap(milliseconds) {
      await settled()
      elapsed += milliseconds
      const due = [...timers].filter((timer) => timer.due <= elapsed).sort((a, b) => a.due - b.due)
      for (const timer of due) await fire(timer)
    },
    set(now) {
      offset = now - elapsed
    },
    get timers() {
      return timers.size
    },
  }
}

function earliest(timers: ReadonlySet<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers)
    if (timer.due <= end && (first === undefined || timer.due < first.due)) first = timer
  return first
}

/** Gives promises, and what they start, a chance to come to rest: some turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}
