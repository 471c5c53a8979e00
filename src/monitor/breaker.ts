import { backoff } from './backoff.ts'
import type { MonitorSettings } from './monitor-settings.ts'

/** Counts how often in a row a host gave no answer, and says when to ask it again. */
export interface Breaker {
  /** Milliseconds from the last failure until it is asked again; undefined while it answers. */
  readonly pause: number | undefined
  /** When the failures began. */
  readonly since: number
  /** Whether there were so many that people are to be told. */
  readonly fallen: boolean
  failed(now: number): void
  answered(): void
}

export function openBreaker(settings: MonitorSettings): Breaker {
  let failures = 0
  let since = 0
  let pause = 0
  return {
    get pause() {
      return failures === 0 ? undefined : pause
    },
    get since() {
      return since
    },
    get fallen() {
      return failures >= settings.breakerAfter
    },
    failed(now) {
      failures += 1
      if (failures === 1) since = now
      pause = backoff(failures, settings)
    },
    answered() {
      failures = 0
    },
  }
}
