import { setImmediate } from 'node:timers/promises'

// A third of what the event loop may be blocked: the rest is for whoever works in the same turn.
const longestStretch = 6

/** Long work calls what this gives between its pieces: it lets the event loop turn when it has been held for a while. */
export function breather(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < longestStretch) return undefined
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}
