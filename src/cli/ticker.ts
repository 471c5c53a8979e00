import { sleep, systemClock } from '../core/clock.ts'
import type { Observable } from './observables.ts'

/** Tells that something happened, not what: whoever is told looks at everything anew. */
export interface Ticker {
  /** Resolves when something happened since it resolved last, or when it rang; aborted or at an end, at once. */
  next(signal: AbortSignal): Promise<void>
  ring(): void
  close(): void
}

export interface TickerPace {
  /** Between two times, in milliseconds: what comes meanwhile is told together. */
  readonly least: number
  /** As long may pass without anything; for ever when not given. */
  readonly most?: number
}

export function openTicker(source$: Observable<unknown>, { least, most }: TickerPace): Ticker {
  let rang = false
  let wake = () => {}
  let last = -Infinity
  let over = false
  const ring = () => {
    rang = true
    wake()
  }
  const finish = () => {
    over = true
    wake()
  }
  const listening = source$.subscribe({ next: ring, error: finish, complete: finish })
  return {
    ring,
    close: () => listening.unsubscribe(),
    async next(signal) {
      await sleep(systemClock, last + least - systemClock.now(), signal)
      if (!rang && !over && !signal.aborted) await untilWoken(signal)
      rang = false
      last = systemClock.now()
    },
  }
  async function untilWoken(signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    wake = () => woken.abort()
    await sleep(systemClock, most ?? 3_600_000, AbortSignal.any([signal, woken.signal]))
    wake = () => {}
  }
}
