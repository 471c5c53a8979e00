import type { Clock } from '../../core/clock.ts'
import type { RequestOptions } from '../transport.ts'

/** What is left of a request's time, each time it is asked: one deadline holds for all that a request waits for. */
export function countdown(clock: Clock, { deadline, ...rest }: RequestOptions): () => RequestOptions {
  const end = clock.now() + deadline
  return () => ({ ...rest, deadline: Math.max(0, end - clock.now()) })
}
