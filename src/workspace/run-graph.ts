import { execution, type Execution } from '../engine/execution.ts'
import { fromDocumentJson } from '../pipeline/from-document-json.ts'
import type { Graph, Wire } from '../pipeline/graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import { unfold } from '../pipeline/unfold.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Surroundings } from '../engine/surroundings.ts'
import { resolver } from './resolve-given.ts'

/** The graph of a run, from its record alone. */
export function runGraph(run: RunRecord, catalog: ModuleCatalog): Graph {
  const pipeline = fromDocumentJson(run.pipeline, catalog)
  const inputs: Record<string, Wire> = {}
  for (const [name, value] of Object.entries(run.inputs)) inputs[name] = { kind: 'value', value }
  return unfold(pipeline, inputs, { catalog, resolve: resolver(run.files) })
}

export function executionOf(run: RunRecord, around: Surroundings): Execution {
  const { targets, fresh, onFailure } = run
  return execution(around, { graph: runGraph(run, around.catalog), targets, fresh, onFailure })
}
