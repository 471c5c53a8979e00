/** A job as the server describes it. */
export interface PbsJob {
  readonly id: string
  /** `torque` writes `exit_status` in small letters, and has codes of its own. */
  readonly dialect: 'openpbs' | 'torque'
  /** By its name in the server's words; of a group such as `resources_used`, each with a dot between. */
  readonly attributes: ReadonlyMap<string, string>
}

export interface PbsAnswer {
  readonly jobs: readonly PbsJob[]
  /** What could not be read: while there is any, a job may be hidden in it. */
  readonly unread: readonly string[]
}
