import { duration } from '../core/duration.ts'
import { AbeyanceError } from '../core/error.ts'

/** Milliseconds since 1970 of a text such as `10m` (so long ago), `2026-11-21` or `2026-11-21T10:05:00`, in the reader's time zone. */
export function readTime(text: string, now: number): number {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)/.test(text)) return now - duration(text)
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00`) : Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new AbeyanceError(
    'invalid-value',
    `\`${text}\` is no time; write it as 10m or 2h, so long ago, or as 2026-11-21T10:05:00`,
  )
}
