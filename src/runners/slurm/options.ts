export interface SlurmOptions {
  /** Lets Slurm start a job again by itself, after a node's failure or a preemption: a new incarnation of the same attempt. Off by default. */
  readonly requeue?: boolean
  /** How GPUs are asked for: `--gpus=N` (the default), or `--gres=gpu:N` where a cluster knows only that. */
  readonly gpus?: 'gpus' | 'gres'
  /** The cluster's name (`-M`), where a host serves several. */
  readonly cluster?: string
  /** Shell lines before each of Slurm's commands, where a shell that is no login shell does not find them: `PATH=/opt/slurm/bin:$PATH`. */
  readonly prelude?: string
  /** Milliseconds after which a request whose client is dead can not arrive any more; above the cluster's `MessageTimeout`. Two minutes by default. */
  readonly messageTimeout?: number
}
