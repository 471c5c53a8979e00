import { AbeyanceError, messageOf } from '../core/error.ts'
import type { Values } from '../modules/module-type.ts'
import type { JobRecord } from '../records/job-record.ts'
import { plainForm } from '../signatures/plain-form.ts'
import { fail } from './become.ts'
import { keyOf, type ModuleNode } from './module-node.ts'
import { keepOutputs } from './keep-outputs.ts'
import type { Round } from './round.ts'
import { isUnwritten } from './unwritten.ts'

/**
 * What a succeeded job's outputs mean: the declared ones, and what `collect` makes of them. When that throws, the module fails
 * and the job stays succeeded, so that mending it costs a new collect and not a new job (rule R6).
 */
export async function collect(round: Round, node: ModuleNode, job: JobRecord): Promise<void> {
  const key = keyOf(node, round.around.run)
  if (!node.type || node.type.act.kind !== 'job' || job.state.kind !== 'succeeded')
    throw new AbeyanceError('internal', `${node.name} is collected, but its job did not succeed`)
  const { act } = node.type
  let outputs: Values
  try {
    const { signal } = round.around
    const made = act.collect
      ? await act.collect({ signal, record: job, files: round.around.jobFiles(job) })
      : {}
    outputs = await node.type.checkOutputs({ ...job.state.outputs, ...made }, node.module.parameters)
    plainForm(outputs, 'outputs')
  } catch (error) {
    if (isUnwritten(error)) throw error
    if (round.around.signal.aborted)
      throw new AbeyanceError('aborted', `${node.name} was interrupted; it is collected again next time`)
    return fail(
      round,
      node,
      { code: 'collect-failed', message: `${node.name}: ${messageOf(error)}; its job succeeded and is kept` },
      job,
    )
  }
  if (node.fresh) round.made.add(key)
  await keepOutputs(round, node, { key, outputs, by: 'collected' })
}
