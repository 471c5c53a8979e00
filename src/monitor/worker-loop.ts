import { sleep, type Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'

/** Work that is done in turns, one at a time. */
export interface WorkerLoop {
  /** Something may be to be done: the next turn comes now, or as soon as this one is over. */
  poke(): void
  /** Ends after the turn that is under way; closing twice is fine. */
  close(): Promise<void>
}

export interface LoopOptions {
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
}

// A timer stands still while the machine sleeps, a deadline does not: a long wait is looked at again now and then (rule M5).
const longestRest = 60_000

/** Calls `turn` again and again; it gives the milliseconds until it wants to be called next, maybe sooner, `Infinity` for "when poked". */
export function workerLoop({ name, clock, logger }: LoopOptions, turn: () => Promise<number>): WorkerLoop {
  let poked = true
  let closed = false
  let wake = () => {}
  const done = run()

  async function run(): Promise<void> {
    while (!closed) {
      poked = false
      const wait = await turn().catch((error: unknown) => {
        logger.error({ error: messageOf(error) }, `${name}: a turn failed and is repeated`)
        return 1000
      })
      if (!poked && !closed) await rest(wait)
    }
  }

  async function rest(wait: number): Promise<void> {
    const woken = new AbortController()
    wake = () => woken.abort()
    if (wait < Infinity) await sleep(clock, Math.min(wait, longestRest), woken.signal)
    else await new Promise((resolve) => woken.signal.addEventListener('abort', resolve))
  }

  return {
    poke() {
      poked = true
      wake()
    },
    close() {
      closed = true
      wake()
      return done
    },
  }
}
