import { AbeyanceError } from '../core/error.ts'
import type { JobKey, ModulePath } from '../core/ids.ts'
import type { Graph, Wire } from '../pipeline/graph.ts'
import type { Value } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Outcome } from '../records/outcome.ts'
import { readOutcomes, readOutputsOf, type Readable } from '../records/kept-run.ts'
import type { RunRecord } from '../records/run-record.ts'
import { failuresOf, suspended } from './judge-run.ts'
import { asOutcomes } from './as-outcomes.ts'
import type { Resting } from './workspace.ts'

type KeptOutcomes = ReadonlyMap<ModulePath, Outcome>

export interface Recalling {
  /** Asked for only where outputs are to be found in it: it takes the module types of the run. */
  graph(): Promise<Graph>
  jobOf(key: JobKey): Promise<JobRecord | undefined>
}

/** How a run stands, from its records alone: no job is asked, no host met (rule R4). */
export async function recallRun(
  store: Readable,
  run: RunRecord,
  { graph, jobOf }: Recalling,
): Promise<Resting> {
  const kept = await readOutcomes(store, run.id)
  const outcomes = asOutcomes(kept)
  if (run.state === 'cancelled') return { kind: 'cancelled', by: run.cancelledBy ?? 'unknown', outcomes }
  if (run.state === 'open') return suspended(kept, await failuresOf(kept, jobOf))
  const outputs = await outputsOf(store, await graph(), kept)
  if (run.state === 'done') return { kind: 'done', outputs, outcomes }
  const [first, ...others] = await failuresOf(kept, jobOf)
  if (first) return { kind: 'failed', failures: [first, ...others], outputs, outcomes }
  throw new AbeyanceError(
    'workspace-damaged',
    `run ${run.id} failed, and no outcome says why; start its pipeline again`,
  )
}

async function outputsOf(
  store: Readable,
  graph: Graph,
  outcomes: KeptOutcomes,
): Promise<Readonly<Record<string, Value>>> {
  const outputs: Record<string, Value> = {}
  for (const [name, wire] of Object.entries(graph.outputs)) {
    const value = await valueOf(store, wire, outcomes)
    if (value !== undefined) outputs[name] = value
  }
  return outputs
}

async function valueOf(store: Readable, wire: Wire, outcomes: KeptOutcomes): Promise<Value | undefined> {
  switch (wire.kind) {
    case 'value':
      return wire.value
    case 'output': {
      const outcome = outcomes.get(wire.module)
      const record = outcome?.kind === 'done' ? await readOutputsOf(store, outcome.outputs) : undefined
      return record && (record.outputs[wire.port] ?? null)
    }
    case 'list': {
      const values = await Promise.all(wire.wires.map((one) => valueOf(store, one, outcomes)))
      return values.filter((value) => value !== undefined)
    }
  }
}
