import { sleep, type Clock } from '../../../core/clock.ts'
import type { Tag } from '../../../core/ids.ts'
import type { Call } from '../server.ts'

/** When a server is asked for a job: at our first look, and after it was silent. What it says by itself may be lost. */
export interface Asking {
  /** Asks where it is time, and the first time waits a little for the answer. */
  ask(tag: Tag, call: Call): Promise<void>
  /** Something was told of it. */
  answered(tag: Tag): void
  /** What was told of it is to be told again before it is believed. */
  doubted(tag: Tag): void
  /** It is asked at the next look, and often for a while: its server does not tell of the end of what it kills. False where that is so already. */
  hurry(tag: Tag): boolean
  forget(tag: Tag): void
}

interface Asked {
  /** When it is asked next. */
  next: number
  /** Milliseconds of silence after which it is asked again; they grow. */
  pause: number
  hurried: number
}

const silence = { first: 60_000, longest: 15 * 60_000, hurried: 2000, doubted: 5000 }
/** Milliseconds that a first look waits for an answer, and how often a hurried job is asked. */
const firstWait = 5000
const hurriedTimes = 20

export function openAsking(clock: Clock, send: (tag: Tag, call: Call) => Promise<void>): Asking {
  const all = new Map<Tag, Asked>()
  const waiting = new Map<Tag, Set<() => void>>()

  async function askNow(tag: Tag, asked: Asked, call: Call): Promise<void> {
    await send(tag, call)
    const isHurried = asked.hurried > 0
    if (isHurried) asked.hurried -= 1
    asked.next = clock.now() + (isHurried ? silence.hurried : asked.pause)
    if (!isHurried) asked.pause = Math.min(asked.pause * 2, silence.longest)
  }

  async function heardOf(tag: Tag, call: Call): Promise<void> {
    const own = new AbortController()
    const stop = () => own.abort()
    const those = waiting.get(tag) ?? new Set()
    waiting.set(tag, those.add(stop))
    call.signal?.addEventListener('abort', stop)
    await sleep(clock, firstWait, own.signal)
    call.signal?.removeEventListener('abort', stop)
    those.delete(stop)
    if (those.size === 0) waiting.delete(tag)
  }

  function stopWaiting(tag: Tag): void {
    for (const stop of waiting.get(tag) ?? []) stop()
  }

  return {
    async ask(tag, call) {
      const known = all.get(tag)
      const asked = known ?? { next: 0, pause: silence.first, hurried: 0 }
      if (clock.now() < asked.next) return
      const heard = known === undefined ? heardOf(tag, call) : undefined
      try {
        await askNow(tag, asked, call)
      } catch (error) {
        stopWaiting(tag)
        throw error
      }
      all.set(tag, asked)
      await heard
    },
    answered(tag) {
      const asked = all.get(tag)
      if (asked?.hurried === 0) asked.next = Math.max(asked.next, clock.now() + asked.pause)
      stopWaiting(tag)
    },
    doubted(tag) {
      const asked = all.get(tag)
      if (asked) asked.next = clock.now() + silence.doubted
    },
    hurry(tag) {
      const asked = all.get(tag) ?? { next: 0, pause: silence.first, hurried: 0 }
      if (asked.hurried > 0 && clock.now() < asked.next) return false
      all.set(tag, Object.assign(asked, { next: 0, hurried: hurriedTimes }))
      return true
    },
    forget: (tag) => void all.delete(tag),
  }
}
