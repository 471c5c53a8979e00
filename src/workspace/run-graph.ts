import { execution, type Execution } from '../engine/execution.ts'
import type { Graph, Wire } from '../pipeline/graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import { unfold } from '../pipeline/unfold.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Surroundings } from '../engine/surroundings.ts'
import { resolver } from './resolve-given.ts'

/** The graph of a run, from its record alone. */
export async function runGraph(run: RunRecord, catalog: ModuleCatalog): Promise<Graph> {
  // Brings zod along, which a workspace without open runs does not need to begin to watch.
  const { fromDocumentJson } = await import('../pipeline/from-document-json.ts')
  const pipeline = fromDocumentJson(run.pipeline, catalog)
  const inputs: Record<string, Wire> = {}
  for (const [name, value] of Object.entries(run.inputs)) inputs[name] = { kind: 'value', value }
  return unfold(pipeline, inputs, { catalog, resolve: resolver(run.files) })
}

export async function executionOf(run: RunRecord, around: Surroundings): Promise<Execution> {
  const { targets, fresh, onFailure } = run
  const graph = await runGraph(run, around.catalog)
  return execution(around, { graph, targets, fresh, onFailure })
}
