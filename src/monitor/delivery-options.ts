import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { Notifier } from '../notifiers/notifier.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { ReadRule } from './notice-rule.ts'

export interface OutboxSettings {
  /** Milliseconds that one delivery may take. */
  readonly deadline: number
  /** The wait after a failed delivery, doubled each time up to the last. */
  readonly firstRetry: number
  readonly lastRetry: number
}

export interface DeliveryOptions {
  readonly to: string
  readonly notifier: Notifier
  readonly rules: readonly ReadRule[]
  readonly store: RecordStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: OutboxSettings
}
