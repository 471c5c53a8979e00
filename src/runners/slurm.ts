import { commandRunner } from './command-runner.ts'
import { findCommands } from './find-commands.ts'
import type { RunnerKind } from './runner.ts'
import type { Scheduler } from './scheduler.ts'
import { askAccounting } from './slurm/ask-accounting.ts'
import { askQueue } from './slurm/ask-queue.ts'
import { cancelCommand } from './slurm/cancel-command.ts'
import { directives } from './slurm/directives.ts'
import { identity } from './slurm/identity.ts'
import type { SlurmOptions } from './slurm/options.ts'
import { readSacct } from './slurm/read-sacct.ts'
import { readSqueue } from './slurm/read-squeue.ts'
import { withSlurm } from './slurm/slurm-commands.ts'
import { submitCommand } from './slurm/submit-command.ts'
import { variables } from './slurm/variables.ts'

export type { SlurmOptions }

/** Batch jobs of a Slurm cluster, through the commands of the login host that the transport leads to. */
export function slurm(options: SlurmOptions = {}): RunnerKind {
  return commandRunner(slurmScheduler(options))
}

/** What of it differs from another scheduler's. Measured with 22.05; nothing newer than 20.02 is asked for. */
export function slurmScheduler(options: SlurmOptions = {}): Scheduler {
  const { gone, list, ids } = askQueue(options)
  return {
    kind: 'slurm',
    cannot: [],
    identity,
    variables,
    directives,
    submit: (job) => submitCommand(job, options),
    arrays: {
      submit: (job, count) => submitCommand(job, options, count),
      index: '$SLURM_ARRAY_TASK_ID',
      element: 'native=$1_$2',
    },
    gone,
    version: withSlurm(options, findCommands(['sbatch', 'squeue', 'scancel', 'sacct'], 'sbatch --version')),
    queue: {
      list,
      ids,
      ...askAccounting(options),
      cancel: cancelCommand(options),
      messageTimeout: options.messageTimeout ?? 120_000,
      readQueue: readSqueue,
      readAccounting: readSacct,
    },
  }
}
