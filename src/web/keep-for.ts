import type { Clock } from '../core/clock.ts'

/** Asked again only when the last answer is so old, in milliseconds; those who ask meanwhile share it. A failure is not kept. */
export function keepFor<T>(clock: Clock, age: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const now = clock.now()
    if (last && Math.abs(now - last.at) < age) return last.answer
    const mine = { at: now, answer: ask() }
    mine.answer.catch(() => {
      if (last === mine) last = undefined
    })
    last = mine
    return mine.answer
  }
}
