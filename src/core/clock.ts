/** Time as it is handed in everywhere: milliseconds since 1970, and timers. It has the shape that xstate's clock has. */
export interface Clock {
  now(): number
  setTimeout(act: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
}

// Node fires a timer of more than 2^31-1 ms at once; a job may wait longer than the 24.8 days that makes.
const longest = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (act, milliseconds) => setTimeout(act, Math.min(Math.max(milliseconds, 0), longest)),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Resolves after `milliseconds`, or at once when the signal is aborted: whoever waits looks at the signal itself. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
