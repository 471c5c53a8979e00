import type { Clock } from '../core/clock.ts'

/**
 * How many calls without the workspace's token are looked at: a stranger costs no more than these, and nobody guesses 256 bits at
 * that pace. Fifty at once, then ten a second. Gives the seconds after which to try again, or undefined where the call may go on.
 */
export function callGate(clock: Clock): () => number | undefined {
  let left = atOnce
  let at = clock.now()
  return () => {
    const now = clock.now()
    left = Math.min(atOnce, left + (Math.max(0, now - at) / 1000) * perSecond)
    at = now
    if (left < 1) return Math.ceil((1 - left) / perSecond)
    left -= 1
    return undefined
  }
}

const atOnce = 50
const perSecond = 10
