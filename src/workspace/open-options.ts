import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import type { OutboxSettings } from '../monitor/delivery-options.ts'
import type { NoticeRule } from '../monitor/notice-rule.ts'
import type { MonitorSettings } from '../monitor/monitor-settings.ts'
import type { Notifier } from '../notifiers/notifier.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import type { RunnerKind } from '../runners/runner.ts'
import type { Transport } from '../transports/transport.ts'
import type { DestinationLimits } from './destination-limits.ts'
import type { WorkspaceEvent } from './workspace.ts'

/** How a workspace is opened to be driven; everything has a default but what only the caller knows. */
export interface OpenOptions {
  /** Types with code of their own, known before any open run goes on. */
  readonly modules?: readonly AnyModuleType[]
  /** Where jobs may run, by name; `local` is there without being named. */
  readonly destinations?: Readonly<Record<string, Destination>>
  readonly defaultDestination?: string
  /** Destination by module type. */
  readonly route?: Readonly<Record<string, string>>
  readonly notifiers?: Readonly<Record<string, Notifier>>
  readonly notices?: readonly NoticeRule[]
  /** How long one delivery of a notice may take and when it is tried again, in milliseconds; see `OutboxSettings`. */
  readonly outbox?: Partial<OutboxSettings>
  readonly store?: RecordStore
  readonly clock?: Clock
  readonly logger?: Logger
  /** Told every event of `events$`, also those that come before `openWorkspace` has resolved. */
  readonly onEvent?: (event: WorkspaceEvent) => void
  /** Also from a process in another container or on another host, which cannot be looked at from here and is gone for good (rule R11). */
  readonly takeOver?: boolean
  /** The folder where budgets of hosts are kept, for all workspaces that are given the same; the workspace's own when not given. */
  readonly hosts?: () => Promise<string>
  /** Aborting closes the workspace. */
  readonly signal?: AbortSignal
  /** Bytes of a stream that are kept when its job ends; 64 MiB when not given (rule J5). */
  readonly logCap?: number
  /** Cadence, graces and caps of the monitor, over its defaults. */
  readonly monitor?: Partial<MonitorSettings>
  /** How much of live logs is read, and how often; destinations and modules may say otherwise (rule L2). */
  readonly logs?: LogSettings
}

/** A named runner on a named machine. */
export interface Destination extends DestinationDefaults {
  readonly runner: RunnerKind
  readonly transport: Transport
  /** Absolute, on the machine where jobs run, and seen by its nodes. */
  readonly workFolder: string
  readonly tags?: readonly string[]
  readonly limits?: DestinationLimits
  /** Whether jobs that ask for the same go as job arrays, where its scheduler has them. */
  readonly arrays?: ArraySettings
  /** How often its scheduler is asked in an hour where nothing is in doubt; 12 when not given. */
  readonly schedulerCommandsPerHour?: number
  /** Such as `10 GiB`, both ways; then nothing is submitted, looked at or fetched there until an hour has room again. */
  readonly bytesPerHour?: string
  readonly logs?: LogSettings
}

/** `most`: of one array; without it as many as are submitted at once. */
export type ArraySettings = boolean | { readonly most?: number }
