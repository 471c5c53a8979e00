import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import type { UsageBook } from '../core/usage-book.ts'

/** Between two lines in the book, in ms: what a process that is killed did not write down is small. */
const writeEvery = 5000

export interface ByteMeter {
  count(bytes: number): void
  /** What was counted last is written down. */
  close(): Promise<void>
}

export interface ByteMeterOptions {
  /** Where the bytes went, for people. */
  readonly name: string
  /** Without it, nothing is counted. */
  readonly book: UsageBook | undefined
  readonly clock: Clock
  readonly logger: Logger
}

/** Counts bytes, and writes them into a book now and then. */
export function openByteMeter({ name, book, clock, logger }: ByteMeterOptions): ByteMeter {
  let unwritten = 0
  let writtenAt = -Infinity
  let writing: Promise<void> = Promise.resolve()

  function write(): void {
    const [amount, at] = [unwritten, clock.now()]
    if (amount === 0 || book === undefined) return
    unwritten = 0
    writtenAt = at
    writing = writing
      .then(() => book.spend('bytes', amount, at))
      .catch((error: unknown) =>
        logger.warn({ error: messageOf(error) }, `what went to ${name} could not be counted`),
      )
  }

  return {
    count(bytes) {
      unwritten += bytes
      if (Math.abs(clock.now() - writtenAt) >= writeEvery) write()
    },
    async close() {
      write()
      await writing
    },
  }
}
