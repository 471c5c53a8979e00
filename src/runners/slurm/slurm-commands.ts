import { quote } from '../../core/quote.ts'
import { withPrelude } from '../with-prelude.ts'
import type { SlurmOptions } from './options.ts'

/** What of the user's settings would change an answer or ask back; sacct and squeue read the rest from our words alone. */
const misleading = [
  ...'ACCOUNT ALL ARRAY CLUSTERS FEDR FORMAT FORMAT2 LICENSES LOCAL NAMES PARTITION PRIORITY QOS SIBLING SORT STATES USERS'
    .split(' ')
    .map((name) => `SQUEUE_${name}`),
  ...'ACCOUNT BATCH CRON CTLD FULL HURRY INTERACTIVE NAME PARTITION QOS STATE USER VERBOSE WCKEY'
    .split(' ')
    .map((name) => `SCANCEL_${name}`),
  'SACCT_FEDERATION',
  'SACCT_LOCAL',
]

/** Shell lines in a subshell of their own, in which Slurm's commands answer the same for every user. */
export function withSlurm({ prelude }: SlurmOptions, lines: string): string {
  return withPrelude(
    prelude,
    `unset ${misleading.join(' ')}
SLURM_TIME_FORMAT=standard SLURM_BITSTR_LEN=0
export SLURM_TIME_FORMAT SLURM_BITSTR_LEN
${lines}`,
  )
}

/** The word by which each command is sent to the one cluster; empty where the host has but one. */
export function clusterFlag({ cluster }: SlurmOptions): string {
  return cluster === undefined ? '' : ` ${quote(`--clusters=${cluster}`)}`
}
