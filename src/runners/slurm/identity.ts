/** Shell for `Scheduler.identity`: who the wrapper is, by what Slurm puts into its environment. A task goes by its array. */
export const identity = `  if [ -n "\${SLURM_JOB_ID:-}" ]; then
    native=$SLURM_JOB_ID restart=\${SLURM_RESTART_COUNT:-0}
    if [ -n "\${SLURM_ARRAY_TASK_ID:-}" ]; then native=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID; fi
  fi`
