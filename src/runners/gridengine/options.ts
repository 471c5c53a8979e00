export interface GridEngineOptions {
  /** Shell lines before each command of the scheduler, such as `. /opt/sge/default/common/settings.sh`. */
  readonly prelude?: string
  /** For jobs of more than one core: one that places all slots on one host. `smp` without it. */
  readonly parallelEnvironment?: string
  /** The complex that memory is asked by: `h_vmem` (the default, a limit) or `mem_free` (a condition), or one of the site's. */
  readonly memory?: string
  /** Whether that complex counts for each slot, as most do (the default: a job's memory is divided), or for the whole job. */
  readonly memoryPer?: 'slot' | 'job'
  /** The complex of graphics cards, counted for the whole job; without it, a job that asks for one is refused. */
  readonly gpus?: string
  /** Whether the scheduler may start a job again, as after the death of its host; each start is an incarnation. Off without it. */
  readonly requeue?: boolean
}
