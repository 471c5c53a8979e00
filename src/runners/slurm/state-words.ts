import type { Reason } from '../../core/reason.ts'
import type { AccountedJob, QueuedJob } from '../scheduler.ts'

export interface StateWord {
  /** What squeue calls it for short; none for flags that it never prints as a state. */
  readonly code?: string
  readonly listed: QueuedJob['phase']
  readonly accounted: AccountedJob['phase']
  /** Why a job with this final word ended, where the word alone says so. */
  readonly reason?: Reason
}

const waiting = { listed: 'waiting', accounted: 'open' } as const
const held = { listed: 'held', accounted: 'open' } as const
const running = { listed: 'running', accounted: 'open' } as const
const suspended = { listed: 'suspended', accounted: 'open' } as const
const ending = { listed: 'ending', accounted: 'open' } as const
const ended = { listed: 'ended', accounted: 'ended' } as const
const elsewhere = { listed: 'unknown', accounted: 'unknown' } as const

/**
 * Every state that Slurm's pages name (squeue and sacct, "Job state codes", and the flags of slurm.h that newer versions show),
 * and what we take it for. A word that is not here is `unknown`, which is never an end (rule J3).
 */
export const stateWords: ReadonlyMap<string, StateWord> = new Map<string, StateWord>([
  ['PENDING', { ...waiting, code: 'PD' }],
  // It has its nodes; they are being made ready.
  ['CONFIGURING', { ...waiting, code: 'CF' }],
  ['POWER_UP_NODE', waiting],
  ['REQUEUED', { ...waiting, code: 'RQ' }],
  ['REQUEUE_FED', { ...waiting, code: 'RF' }],
  ['EXPEDITING', waiting],
  ['REQUEUE_HOLD', { ...held, code: 'RH' }],
  ['RESV_DEL_HOLD', { ...held, code: 'RD' }],
  // Ended in a way that the site treats apart: put back and held.
  ['SPECIAL_EXIT', { ...held, code: 'SE' }],
  ['RUNNING', { ...running, code: 'R' }],
  ['RESIZING', { ...running, code: 'RS' }],
  ['SIGNALING', { ...running, code: 'SI' }],
  ['SUSPENDED', { ...suspended, code: 'S' }],
  ['STOPPED', { ...suspended, code: 'ST' }],
  ['COMPLETING', { ...ending, code: 'CG' }],
  ['STAGE_OUT', { ...ending, code: 'SO' }],
  // Notes beside a state; alone they do not say whether the job is put back or given up.
  ['UPDATE_DB', elsewhere],
  ['LAUNCH_FAILED', elsewhere],
  ['RECONFIG_FAIL', elsewhere],
  ['GETENV_FAILED', elsewhere],
  // Another cluster of the federation has it: over here, not there.
  ['REVOKED', { ...elsewhere, code: 'RV' }],
  ['COMPLETED', { ...ended, code: 'CD' }],
  ['FAILED', { ...ended, code: 'F' }],
  // By whom, only accounting tells.
  ['CANCELLED', { ...ended, code: 'CA' }],
  ['TIMEOUT', { ...ended, code: 'TO', reason: 'walltime' }],
  ['DEADLINE', { ...ended, code: 'DL', reason: 'walltime' }],
  ['OUT_OF_MEMORY', { ...ended, code: 'OOM', reason: 'out-of-memory' }],
  ['NODE_FAIL', { ...ended, code: 'NF', reason: 'node-failure' }],
  ['BOOT_FAIL', { ...ended, code: 'BF', reason: 'node-failure' }],
  ['PREEMPTED', { ...ended, code: 'PR', reason: 'preempted' }],
])

/** A job that is listed under one of these surely neither waits nor runs. */
export const finalWords: readonly string[] = [...stateWords].flatMap(([word, { listed }]) =>
  listed === 'ended' ? [word] : [],
)
