import type { Reason } from '../core/reason.ts'
import type { LogSettings } from './log-settings.ts'

/** What is not signed (rule S5): change it, and everything is still reused. */
export interface Settings {
  /** Shown to people instead of the id. */
  readonly label?: string
  readonly destination?: string
  readonly tags?: readonly string[]
  readonly resources?: Resources
  readonly retry?: readonly RetryRule[]
  readonly log?: readonly LogRule[]
  readonly logs?: LogSettings
  /** What its destination adds (environment, modules to load, image) may change its results, and is signed (rule S5). */
  readonly signDestination?: boolean
}

/** Typed once, translated per scheduler; what a scheduler cannot express is an error. */
export interface Resources {
  readonly cores?: number
  /** Such as `24 GiB`. */
  readonly memory?: string
  /** Walltime, such as `4h` or `90m`. */
  readonly time?: string
  readonly gpus?: number
  readonly partition?: string
  readonly account?: string
  readonly flags?: readonly string[]
}

/**
 * Run again after these reasons, at most `attempts` attempts in all; `delay` such as `10m` doubles each time; `memory: x2`
 * multiplies; `destination` is where the next attempt goes, the same one without it.
 */
export interface RetryRule {
  readonly on: readonly Reason[]
  readonly attempts: number
  readonly delay?: string
  readonly memory?: `x${number}`
  readonly destination?: string
}

/** What a line of the live log means (rule L5): `pattern` is a regular expression; for progress its first group is a percentage. */
export interface LogRule {
  readonly pattern: string
  readonly then: 'progress' | 'notice' | 'cancel'
}
