import { commandRunner } from './command-runner.ts'
import { identity } from './gridengine/identity.ts'
import type { GridEngineOptions } from './gridengine/options.ts'
import { queueLines } from './gridengine/queue-lines.ts'
import { readAccounting } from './gridengine/read-accounting.ts'
import { readQueue } from './gridengine/read-queue.ts'
import { submitLines } from './gridengine/submit-lines.ts'
import type { RunnerKind } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

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
    submit: (job) => submitLines(options, job),
    gone,
    // qsub gives up after a minute; a busy qmaster may still come to what it was sent.
    queue: { ...queue, messageTimeout: 120_000, readQueue, readAccounting },
  }
}
