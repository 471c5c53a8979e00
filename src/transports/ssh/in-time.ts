import type { Clock } from '../../core/clock.ts'
import { AbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'

/**
 * Waits for something no longer than a request allows; what is waited for goes on. `what` is named in the error.
 * Errors: `request-timeout`, `aborted`.
 */
export function inTime<T>(
  what: string,
  clock: Clock,
  { deadline, signal }: RequestOptions,
  awaited: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      act()
    }
    const late = () =>
      end(() => reject(new AbeyanceError('request-timeout', `${what} took more than ${deadline} ms`)))
    const stop = () => end(() => reject(new AbeyanceError('aborted', `${what} was stopped`)))
    const timer = clock.setTimeout(late, deadline)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    awaited.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    )
  })
}
