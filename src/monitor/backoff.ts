import type { MonitorSettings } from './monitor-settings.ts'

/** Milliseconds to wait after so many failures in a row: doubled each time up to a bound, with up to half taken off by chance. */
export function backoff(
  failures: number,
  { firstRetry, lastRetry }: Pick<MonitorSettings, 'firstRetry' | 'lastRetry'>,
): number {
  const full = Math.min(firstRetry * 2 ** Math.min(failures - 1, 40), lastRetry)
  return full * (1 - Math.random() / 2)
}
