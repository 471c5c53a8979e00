import { messageOf } from '../core/error.ts'
import type { plan, Step } from '../engine/plan.ts'
import { readOutcomes } from '../records/kept-run.ts'
import type { RunRecord } from '../records/run-record.ts'
import { differenceFromEarlier } from './explain-run.ts'
import type { Interior } from './interior.ts'
import { resolver } from './resolve-given.ts'
import { route } from './route.ts'
import { runGraph } from './run-graph.ts'
import { knownOutput } from './surroundings-of.ts'
import type { Plan, PlanRow } from './workspace.ts'

/** What a run would do, and why; for what is to be run again, which input changed since the last run of this pipeline (rule R8). */
export async function planRun(interior: Interior, run: RunRecord, make: typeof plan): Promise<Plan> {
  const { store, monitor, types, catalog, files } = interior
  const graph = runGraph(run, catalog)
  const around = {
    run: run.id,
    types,
    catalog,
    files,
    resolve: resolver(run.files),
    before: await readOutcomes(store, run.id),
    output: (key: string) => knownOutput(interior, key),
    job: monitor.get,
  }
  const steps = await make(around, {
    graph,
    targets: run.targets,
    fresh: run.fresh,
    onFailure: run.onFailure,
  })
  const explain = await differenceFromEarlier(interior, run)
  return steps.map((step) => rowOf(interior, run, step, explain))
}

function rowOf(
  interior: Interior,
  run: RunRecord,
  step: Step,
  explain: (module: string) => string | undefined,
): PlanRow {
  const { module, signature, step: kind } = step
  const reason = kind === 'submit' || kind === 'run' ? explain(module) : undefined
  const row = {
    module,
    signature,
    step: kind,
    why: reason === undefined ? step.why : `${step.why}: ${reason}`,
  }
  return kind === 'submit' ? { ...row, destination: destinationOf(interior, run, step) } : row
}

/** Where a job would go; a choice that cannot be made is said here and stops nothing. */
function destinationOf({ routes }: Interior, run: RunRecord, { module, node }: Step) {
  const { type, settings } = node.module
  try {
    return route(routes, { type, module, settings }, run.destinations)
  } catch (error) {
    return { name: '?', why: messageOf(error) }
  }
}
