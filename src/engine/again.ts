import type { JobRecord } from '../records/job-record.ts'
import { intend, suspendOn } from './become.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

/** A job that ended before this run asked for it gets a new attempt (rule R5). */
export async function again(round: Round, node: ModuleNode, job: JobRecord): Promise<void> {
  await intend(round, node, job.key, job.attempt + 1)
  suspendOn(round, node, await round.around.again(job.key))
}
