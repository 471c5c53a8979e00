/** What of a host's budget is spent: connections of today (UTC), the others of the last hour. No limit: none is set. */
export interface BudgetOf {
  readonly connections?: Used
  readonly schedulerCommands: Used
  /** Asked since a job hung on the answer. */
  readonly schedulerCommandsInDoubt: Used
  readonly bytes: Used
}

export interface Used {
  readonly used: number
  readonly limit?: number
}
