import { AssertionError } from 'node:assert/strict'
import { sleep, systemClock } from '../core/clock.ts'

/**
 * Asks until there is an answer, and gives it; `undefined` means not yet. The suites talk to real machines and processes,
 * so the time is the real one. After `patience` milliseconds it fails, naming what it waited for.
 */
export async function eventually<T>(
  what: string,
  patience: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = systemClock.now() + patience
  for (let pause = 10; ; pause = Math.min(pause * 2, 500)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (systemClock.now() > end)
      throw new AssertionError({ message: `waited ${patience} ms in vain: ${what}` })
    await sleep(systemClock, pause)
  }
}

/** The promise's own answer, or a failure that says what hangs. */
export async function within<T>(what: string, patience: number, promise: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = sleep(systemClock, patience, done.signal).then(() => {
    if (done.signal.aborted) return promise
    throw new AssertionError({ message: `no answer within ${patience} ms: ${what}` })
  })
  return Promise.race([promise, late]).finally(() => done.abort())
}
