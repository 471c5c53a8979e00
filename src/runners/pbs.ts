import { commandRunner } from './command-runner.ts'
import { directives } from './pbs/directives.ts'
import { identityOf } from './pbs/identity-of.ts'
import type { PbsDialect, PbsOptions } from './pbs/options.ts'
import { queueLines } from './pbs/queue-lines.ts'
import { readAccounting } from './pbs/read-accounting.ts'
import { readQueue } from './pbs/read-queue.ts'
import { submitLines } from './pbs/submit-lines.ts'
import { variables } from './pbs/variables.ts'
import { findCommands } from './find-commands.ts'
import type { RunnerKind } from './runner.ts'
import type { Arrays, Scheduler } from './scheduler.ts'
import { withPrelude } from './with-prelude.ts'

export type { PbsDialect, PbsOptions }

/** OpenPBS and PBS Professional, Torque, and the wrappers that give Slurm the commands of Torque. */
export function pbs(options: PbsOptions = {}): RunnerKind {
  return commandRunner(pbsScheduler(options))
}

/** What of it differs from another scheduler's. */
export function pbsScheduler(options: PbsOptions = {}): Scheduler {
  const { gone, ...queue } = queueLines(options)
  return {
    kind: 'pbs',
    cannot: [],
    identity: identityOf(options),
    variables,
    directives,
    submit: (job) => submitLines(options, job),
    ...(options.dialect !== 'slurm' && { arrays: arraysOf(options) }),
    gone,
    version: withPrelude(
      options.prelude,
      findCommands(
        ['qsub', 'qstat', 'qdel'],
        'qstat --version 2>&1 | sed "s/^Unknown option.*/the commands of Torque, by a wrapper/"',
      ),
    ),
    // How long a server of Torque waits for the rest of a message; OpenPBS is quicker to give up.
    queue: { ...queue, messageTimeout: 300_000, readQueue, readAccounting },
  }
}

function arraysOf(options: PbsOptions): Arrays {
  return {
    submit: (job, count) => submitLines(options, job, count),
    index: '${PBS_ARRAY_INDEX:-$PBS_ARRAYID}',
    element: "native=${1%%'['*}[$2]${1#*']'}",
  }
}
