import type { Retention } from './cleaner.ts'

/** How the monitor paces itself. Milliseconds, and bytes where it says so. */
export interface MonitorSettings {
  /** The look's interval while jobs are young, and the one it grows to. */
  readonly quickest: number
  readonly slowest: number
  /** Looks called for by a runner's `wake`, or by who follows a log, come no closer together than this. */
  readonly wakeGap: number
  /** How often each job is looked into thoroughly: folder, claim, processes; and how many of them in one look. */
  readonly thoroughEvery: number
  readonly thoroughAtOnce: number
  /**
   * Between the two looks that it takes to hold a job for lost (rule J2), or for gone by the word of its scheduler alone. Above the minute for
   * which a client of NFS may not see what another machine made.
   */
  readonly lostGrace: number
  /** After a failed look: the first wait, doubled each time up to the last, with jitter; and how many failures make a host unreachable. */
  readonly firstRetry: number
  readonly lastRetry: number
  readonly breakerAfter: number
  /** How long a runner may take over one call. */
  readonly lookDeadline: number
  readonly submitDeadline: number
  /** How long a submission that is on its way may still take when the monitor closes. */
  readonly closeGrace: number
  readonly cancelDeadline: number
  readonly fetchDeadline: number
  /** Jobs in one submission, and the wait after a destination said "try later". */
  readonly submitAtOnce: number
  readonly submitAgain: number
  /** Fetches at once per destination. */
  readonly fetchesAtOnce: number
  /** Bytes of a line that log rules look at; the rest of a longer line is passed over. */
  readonly logLine: number
  /** When the folders of ended attempts are removed from their hosts (rule J8). */
  readonly retention: Retention
  /** Calendars (cron expressions, in UTC): when what retention says is done, and when every job is looked into. */
  readonly cleanUp: string
  readonly check: string
}

export const defaultSettings: MonitorSettings = {
  quickest: 50,
  slowest: 750,
  wakeGap: 20,
  thoroughEvery: 15_000,
  thoroughAtOnce: 500,
  lostGrace: 90_000,
  firstRetry: 1000,
  lastRetry: 3_600_000,
  breakerAfter: 3,
  lookDeadline: 60_000,
  submitDeadline: 120_000,
  closeGrace: 5000,
  cancelDeadline: 120_000,
  fetchDeadline: 3_600_000,
  submitAtOnce: 100,
  submitAgain: 5000,
  fetchesAtOnce: 4,
  logLine: 8 * 1024,
  retention: { kind: 'never' },
  cleanUp: '17 * * * *',
  check: '*/30 * * * *',
}
