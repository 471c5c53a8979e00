import { byteSize } from '../core/byte-size.ts'
import { duration } from '../core/duration.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'

/** What holds for the log of one job (rule L2): bytes, and milliseconds for the interval. */
export type LogPace = Readonly<Record<keyof LogSettings, number>>

/** Where nobody says anything. A stream has no cap: whoever follows it gets all of it. */
const usual: Required<Omit<LogSettings, 'perJob'>> = {
  tail: '64 KiB',
  chunk: '1 MiB',
  perSecond: '16 MiB',
  interval: '250ms',
}

/**
 * Settings from the widest to the narrowest, of workspace, destination and job: the last that says a key wins.
 * @throws `invalid-value` for what is no size or time, or is zero
 */
export function logPace(...widestFirst: readonly (LogSettings | undefined)[]): LogPace {
  const said = widestFirst.reduce<LogSettings & typeof usual>(
    (wide, narrow) => ({ ...wide, ...narrow }),
    usual,
  )
  return {
    tail: positive('tail', byteSize, said.tail),
    chunk: positive('chunk', byteSize, said.chunk),
    perSecond: positive('perSecond', byteSize, said.perSecond),
    perJob: said.perJob === undefined ? Infinity : positive('perJob', byteSize, said.perJob),
    interval: positive('interval', duration, said.interval),
  }
}

function positive(key: keyof LogSettings, read: (text: string) => number, text: string): number {
  try {
    const value = read(text)
    if (value > 0) return value
  } catch (error) {
    throw new AbeyanceError('invalid-value', `\`${key}\` of \`logs\`: ${messageOf(error)}`, { cause: error })
  }
  throw new AbeyanceError('invalid-value', `\`${key}\` of \`logs\` is \`${text}\`; it must be above zero`)
}
