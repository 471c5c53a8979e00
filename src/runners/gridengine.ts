import { commandRunner } from './command-runner.ts'
import { directives } from './gridengine/directives.ts'
import { identity } from './gridengine/identity.ts'
import { killCheck } from './gridengine/kill-check.ts'
import type { GridEngineOptions } from './gridengine/options.ts'
import { queueLines } from './gridengine/queue-lines.ts'
import { readAccounting } from './gridengine/read-accounting.ts'
import { readQueue } from './gridengine/read-queue.ts'
import { submitLines } from './gridengine/submit-lines.ts'
import { variables } from './gridengine/variables.ts'
import { findCommands } from './find-commands.ts'
import type { RunnerKind } from './runner.ts'
import type { Scheduler } from './scheduler.ts'
import { withPrelude } from './with-prelude.ts'

export type { GridEngineOptions }

/** Grid Engine: Son of Grid Engine, Open Grid Scheduler, Univa and Altair alike. */
export function gridengine(options: GridEngineOptions = {}): RunnerKind {
  return commandRunner(gridengineScheduler(options))
}

/** What of it differs from another scheduler. */
export function gridengineScheduler(options: GridEngineOptions = {}): Scheduler {
  const { gone, ...queue } = queueLines(options)
  return {
    kind: 'gridengine',
    cannot: options.gpus === undefined ? ['gpus'] : [],
    identity,
    variables,
    directives: directives(options),
    submit: (job) => submitLines(options, job),
    arrays: {
      submit: (job, count) => submitLines(options, job, count),
      index: '$SGE_TASK_ID',
      element: 'native=$1.$2',
    },
    gone,
    version: withPrelude(options.prelude, findCommands(['qsub', 'qstat', 'qacct', 'qdel'], 'qstat -help')),
    checks: [killCheck(options)],
    // qsub gives up after a minute; a busy qmaster may still come to what it was sent.
    queue: { ...queue, messageTimeout: 120_000, readQueue, readAccounting },
  }
}
