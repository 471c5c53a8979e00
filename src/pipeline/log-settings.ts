import { z } from 'zod'
import { byteSize } from '../core/byte-size.ts'
import { duration } from '../core/duration.ts'

/**
 * How much of a live log is read, and how often (rule L2). A workspace, a destination and a module may each say some of it;
 * the narrower one wins, key by key. Sizes such as `64 KiB`, times such as `250ms`.
 */
export interface LogSettings {
  /** Read at first contact where nobody said from where; what lies before it is said to be left out. */
  readonly tail?: string
  /** In one piece. */
  readonly chunk?: string
  /** Of one job, all its readers and both streams together; what it defers comes later. */
  readonly perSecond?: string
  /** Of one stream of an attempt to one reader while the job runs; the rest comes from what is kept when it has ended. */
  readonly perJob?: string
  /** Between two looks for what is new, by a reader who has all that there was. */
  readonly interval?: string
}

/** Sizes above zero, as documents and configurations write them. */
export const size = z.string().refine((text) => reads(byteSize, text), 'write it as 64 KiB or 16 MiB')
const span = z.string().refine((text) => reads(duration, text), 'write it as 250ms or 10s')

export const logSettings = z.strictObject({
  tail: size.exactOptional(),
  chunk: size.exactOptional(),
  perSecond: size.exactOptional(),
  perJob: size.exactOptional(),
  interval: span.exactOptional(),
})

function reads(read: (text: string) => number, text: string): boolean {
  try {
    return read(text) > 0
  } catch {
    return false
  }
}
