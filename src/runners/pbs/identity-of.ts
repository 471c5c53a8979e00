import { countRestarts } from '../count-restarts.ts'
import type { PbsOptions } from './options.ts'

/**
 * PBS does not tell a job how often it was started. Where it may not start one again, a second start is a duplicate. The
 * wrappers leave Slurm's own variables.
 */
export function identityOf({ requeue }: PbsOptions): string {
  const id = '  native=${PBS_JOBID:-${SLURM_JOB_ID:-$pid}} restart=${SLURM_RESTART_COUNT:-0}'
  return requeue ? `${id}\n  if [ -z "\${SLURM_JOB_ID:-}" ]; then\n${countRestarts}\n  fi` : id
}
