/** Hold across runs and restarts (rule J7). */
export interface DestinationLimits {
  readonly jobs?: number
  readonly cores?: number
  /** Such as `24 GiB`, over the jobs that say what they need. */
  readonly memory?: string
  readonly submissionsPerMinute?: number
}
