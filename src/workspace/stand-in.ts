import { sleep, systemClock } from '../core/clock.ts'
import { isAbeyanceError, type AbeyanceError } from '../core/error.ts'
import type { OpenOptions } from './open-options.ts'
import { untilConfirmed } from './until-confirmed.ts'
import type { Workspace } from './workspace.ts'

// Milliseconds between two tries: most who hold the lock for one change are gone by then.
const pause = 250

/**
 * While `answer` is awaited from the driver, takes its place should it close: so does whoever drove for one change only, and
 * hears nothing any more. Whoever holds the lock serves what all have asked. Ends with the answer, which may be a refusal.
 */
export async function standIn(
  drive: () => Promise<Workspace | AbeyanceError>,
  options: OpenOptions,
  answer: Promise<unknown>,
): Promise<void> {
  const { clock = systemClock } = options
  const answered = new AbortController()
  const end = () => answered.abort()
  const ended = answer.then(end, end)
  for (;;) {
    await sleep(clock, pause, answered.signal)
    if (answered.signal.aborted) return
    const own = await drive()
    if (isAbeyanceError(own)) continue
    try {
      await untilConfirmed(own, options, () => ended)
    } finally {
      await own.close()
    }
  }
}
