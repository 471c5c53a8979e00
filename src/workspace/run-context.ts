import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { Execution } from '../engine/execution.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Ended, Resting } from './workspace.ts'

/** What a driver needs of the workspace around it. */
export interface DriverContext {
  readonly logger: Logger
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Makes the run's execution from what is on disk; aborting the signal stops what it computes. */
  execute(run: RunRecord, signal: AbortSignal): Promise<Execution>
  judge(execution: Execution): Promise<Resting>
  /** Writes down how the run ended, with the notices that this causes, in one group. */
  finish(run: RunRecord, ended: Ended): Promise<RunRecord>
  /** Writes down who else is told of the run's end; undefined where nobody is new. */
  notify(run: RunRecord, notifiers: readonly string[]): Promise<RunRecord | undefined>
  /** Writes down that the run is cancelled. */
  cancel(run: RunRecord, by: string): Promise<RunRecord>
  /** Ends the jobs of a cancelled run that no other run needs; safe to repeat. */
  stopJobs(run: RunRecord): Promise<void>
  /** How a run stands, from the records alone. */
  recall(run: RunRecord): Promise<Resting>
  look(): Promise<void>
}
