import type { Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'

export interface Limits {
  readonly clock: Clock
  /** Milliseconds. */
  readonly deadline: number
  /** Ends the wait earlier. */
  readonly signal: AbortSignal
}

/**
 * Waits for a call no longer than its deadline, also for one that does not listen to its signal; `goesOn` gives it the whole of its deadline
 * anew, where it shows that it gets on. `what` names it in the error.
 */
export async function within<T>(
  what: string,
  { clock, deadline, signal }: Limits,
  call: (signal: AbortSignal, goesOn: () => void) => Promise<T>,
): Promise<T> {
  const ours = new AbortController()
  let isOver = false
  const end = (error: AbeyanceError) => ours.abort(error)
  const late = () => end(new AbeyanceError('request-timeout', `${what} gave no answer within ${deadline} ms`))
  const stop = () => end(new AbeyanceError('aborted', `${what} was stopped`))
  let timer = clock.setTimeout(late, deadline)
  const goesOn = () => {
    clock.clearTimeout(timer)
    if (!isOver) timer = clock.setTimeout(late, deadline)
  }
  signal.addEventListener('abort', stop)
  try {
    if (signal.aborted) stop()
    return await Promise.race([aborted(ours.signal), call(ours.signal, goesOn)])
  } finally {
    isOver = true
    clock.clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail)
  })
}
