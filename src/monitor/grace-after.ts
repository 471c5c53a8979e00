import type { Clock } from '../core/clock.ts'

/** A signal that is aborted some milliseconds after another; `end` forgets both. */
export function graceAfter(
  signal: AbortSignal,
  clock: Clock,
  milliseconds: number,
): { readonly signal: AbortSignal; end(): void } {
  const late = new AbortController()
  let timer: unknown
  const start = () => {
    if (milliseconds === 0) late.abort(signal.reason)
    else timer = clock.setTimeout(() => late.abort(signal.reason), milliseconds)
  }
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return {
    signal: late.signal,
    end() {
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', start)
    },
  }
}
