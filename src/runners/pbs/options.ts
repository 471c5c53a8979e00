/** `slurm` is for the wrappers of that name, which give a Slurm cluster the commands of Torque (Debian's `slurm-wlm-torque`). */
export type PbsDialect = 'openpbs' | 'torque' | 'slurm'

export interface PbsOptions {
  /** Shell lines before each command of the scheduler, such as `PATH=/opt/pbs/bin:$PATH`. */
  readonly prelude?: string
  /** Whose commands these are; without it `qstat --version` is asked each time, which costs some milliseconds. */
  readonly dialect?: PbsDialect
  /** Whether the scheduler may start a job again, as after the death of its host; each start is an incarnation. Off without it. */
  readonly requeue?: boolean
}
