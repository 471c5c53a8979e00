import { createTask, validateDetailed, type ScheduledTask } from 'node-cron'
import { breather } from '../core/breather.ts'
import type { Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import { cameBetween, minuteOf } from './came-between.ts'
import { workerLoop, type WorkerLoop } from './worker-loop.ts'

/** A cron expression of five fields: minute, hour, day, month, weekday. */
export interface Calendar {
  /** Whether the minute of this time is one of the calendar's. */
  includes(time: number): boolean
  /**
   * Whether one of the calendar's minutes began after `from`, up to and with `to`; no more than the last 31 days are gone through,
   * and no minute twice: asked again for many a `from`, it looks only at what is new.
   */
  cameBetween(from: number, to: number): Promise<boolean>
  /** The beginning of its next minute, if one comes within 31 days. */
  nextAfter(from: number): Promise<number | undefined>
}

const minute = 60_000
const furthest = 31 * 24 * 60 * minute

/** Reads a cron expression; an error names what is wrong with it. `timezone` is an IANA name, UTC when not given: no gaps and repeats there. */
export function calendar(expression: string, timezone = 'UTC'): Calendar {
  const { valid, errors } = validateDetailed(expression)
  if (!valid || expression.trim().split(/\s+/).length !== 5) {
    const why = errors.map(({ message }) => message).join('; ') || 'five fields are expected'
    throw new AbeyanceError(
      'invalid-configuration',
      `"${expression}" is no calendar: ${why}; write five fields such as \`0 8 * * 1-5\``,
    )
  }
  // A time zone that nobody knows is told at once.
  let task = timezone === 'UTC' ? undefined : asked(expression, timezone)
  let latest = { at: Number.NaN, included: false }

  // node-cron takes 0.1 ms for each minute: the same one is asked about for many a notice.
  function includes(time: number): boolean {
    const at = minuteOf(time)
    if (at === latest.at) return latest.included
    task ??= asked(expression, timezone)
    latest = { at, included: task.match(new Date(at)) }
    return latest.included
  }

  return {
    includes,
    cameBetween: cameBetween(includes),
    async nextAfter(from) {
      const breathe = breather()
      for (let at = minuteOf(from) + minute; at < from + furthest; at += minute) {
        if (includes(at)) return at
        await breathe()
      }
      return undefined
    },
  }
}

/** Made when first needed: time zones cost 16 ms, which the start of a process need not wait for. */
function asked(expression: string, timezone: string): ScheduledTask {
  const task = createTask(expression, () => {}, { timezone })
  void task.destroy() // it is asked, never started: node-cron's own timer stops when a clock is set back
  return task
}

/**
 * Acts when the calendar says so. Times that were missed, as by a laptop that slept, are made up for by acting once; a clock
 * that is set back stops nothing (rule M5).
 */
export function schedule(
  when: Calendar,
  { clock, logger, name }: { clock: Clock; logger: Logger; name: string },
  act: () => Promise<void>,
): WorkerLoop {
  let last = clock.now()
  return workerLoop({ clock, logger, name }, async () => {
    const now = clock.now()
    const due = last <= now && (await when.cameBetween(last, now))
    last = now
    if (due) await act()
    return untilNextMinute(clock.now())
  })
}

/** Milliseconds until the next minute begins. */
export function untilNextMinute(now: number): number {
  return minuteOf(now) + minute - now
}
