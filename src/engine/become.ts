import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { KeptError, Outcome } from '../records/outcome.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

/** The module's own failure; its job, where it has one, is named with the attempt that failed. */
export function fail(round: Round, node: ModuleNode, error: KeptError, job?: JobRecord): void {
  const more = job ? { job: job.key, attempt: job.attempt } : {}
  round.settle(node, { kind: 'failed', error, ...more })
}

/**
 * Written down before it is done: whatever comes of this attempt or a later one is then this run's own, also after a crash.
 * Nothing is submitted on account of what is not on disk.
 */
export async function intend(round: Round, node: ModuleNode, key: JobKey, attempt: number): Promise<void> {
  round.note(node, suspendedOn(node, key, attempt))
  await round.writes.flush()
}

/** The module hangs on a job; one that ended meanwhile is looked at again at once. */
export function suspendOn(round: Round, node: ModuleNode, job: JobRecord): void {
  round.suspend(node, job.key, suspendedOn(node, job.key, job.attempt))
  if (isFinal(job.state)) round.block(node, [])
}

function suspendedOn(node: ModuleNode, job: JobKey, attempt: number): Outcome {
  return { kind: 'suspended', on: { kind: 'job', module: node.module.path, job, attempt } }
}
