import type { LogAnswer, LogRange } from '../runners/runner.ts'

/** Collects the log ranges that readers wait for at one destination, so that they ride in its one round trip. */
export interface Follower {
  /** Resolves when a look brought the answer, rejects when the signal is aborted. `soon`: there is more than the last one brought. */
  ask(range: LogRange, how: { signal: AbortSignal; soon: boolean }): Promise<LogAnswer>
  waiting(): boolean
  /** What the next look is to bring. */
  take(): readonly LogRange[]
  /** The look brought these; a range without an answer is asked for again. */
  answer(ranges: readonly LogRange[], answers: readonly LogAnswer[]): void
}

export function openFollower({ asked, hurry }: { asked(): void; hurry(): void }): Follower {
  const wanted = new Map<LogRange, (answer: LogAnswer) => void>()
  return {
    ask(range, { signal, soon }) {
      return new Promise((resolve, reject) => {
        const abort = () => {
          wanted.delete(range)
          reject(signal.reason)
        }
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        wanted.set(range, (answer) => {
          signal.removeEventListener('abort', abort)
          wanted.delete(range)
          resolve(answer)
        })
        if (soon) hurry()
        else asked()
      })
    },
    waiting: () => wanted.size > 0,
    take: () => [...wanted.keys()],
    answer(ranges, answers) {
      const left = new Set(answers)
      for (const range of ranges) {
        const answer = [...left].find((one) => fits(range, one))
        if (answer === undefined) continue
        left.delete(answer)
        wanted.get(range)?.(answer)
      }
    },
  }
}

function fits(range: LogRange, answer: LogAnswer): boolean {
  const same =
    range.tag === answer.tag && range.incarnation === answer.incarnation && range.stream === answer.stream
  return same && (answer.kind === 'unavailable' || range.offset < 0 || range.offset === answer.offset)
}
