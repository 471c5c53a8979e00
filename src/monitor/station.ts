import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import type { Runner } from '../runners/runner.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { JobEvent } from './job-monitor.ts'
import type { Ledger } from './ledger.ts'
import type { MonitorSettings } from './monitor-settings.ts'
import type { Pause } from './pause.ts'
import type { Roster } from './roster.ts'

/** A destination as the monitor is given it: its runner is open. */
export interface WatchedDestination {
  readonly name: string
  readonly runner: Runner
  readonly limits: DestinationLimits
  /** Jobs go together there, in arrays: a moment is waited for more of them. */
  readonly gathers?: boolean
  /** What it adds to a job that a rule sends here. */
  readonly defaults?: DestinationDefaults
  /** Over those of the workspace (rule L2). */
  readonly logs?: LogSettings
}

/** They hold across runs and restarts (rule J7). */
export interface DestinationLimits {
  readonly jobs?: number
  readonly cores?: number
  /** MiB, of the jobs that say what they need. */
  readonly memory?: number
  readonly submissionsPerMinute?: number
}

/** What everybody who works for one destination has at hand. */
export interface Station {
  readonly destination: WatchedDestination
  readonly roster: Roster
  readonly pause: Pause
  readonly ledger: Ledger
  readonly store: RecordStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: MonitorSettings
  /** Tells what is not written down. */
  tell(event: JobEvent): void
  /** Aborted when the monitor closes. */
  readonly signal: AbortSignal
}
