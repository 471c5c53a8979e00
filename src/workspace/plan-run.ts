import { messageOf } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { plan, type Step } from '../engine/plan.ts'
import { readOutcomes, readRuns } from '../records/kept-run.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { RunRecord } from '../records/run-record.ts'
import { differenceFromEarlier } from './explain-run.ts'
import type { Planning } from './interior.ts'
import { resolver } from './resolve-given.ts'
import { route } from './route.ts'
import { runGraph } from './run-graph.ts'
import { doesTheSame, newRun } from './start-run.ts'
import { knownJob, knownOutput } from './surroundings-of.ts'
import type { Plan, PlanRow, StartOptions } from './workspace.ts'

/** What starting this pipeline now would do; where an open run does just that, what it would do next. */
export async function planPipeline(
  planning: Planning,
  pipeline: Pipeline,
  options: StartOptions,
): Promise<Plan> {
  const record = await newRun(planning, pipeline, options)
  const same = (run: RunRecord) => run.state === 'open' && doesTheSame(run, record)
  return planRun(planning, (await readRuns(planning.store)).findLast(same) ?? record)
}

/** What a run would do, and why; for what is to be run again, which input changed since the last run of this pipeline (rule R8). */
export async function planRun(planning: Planning, run: RunRecord): Promise<Plan> {
  const { store, types, catalog, files } = planning
  const graph = await runGraph(run, catalog)
  const around = {
    run: run.id,
    types,
    catalog,
    files,
    resolve: resolver(run.files),
    before: await readOutcomes(store, run.id),
    output: (key: string) => knownOutput(planning, key),
    job: async (key: JobKey) => knownJob(planning.objects, await planning.jobOf(key)),
  }
  const steps = await plan(around, {
    graph,
    targets: run.targets,
    fresh: run.fresh,
    onFailure: run.onFailure,
  })
  const explain = await differenceFromEarlier(planning, run)
  return steps.map((step) => rowOf(planning, run, step, explain))
}

function rowOf(
  planning: Planning,
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
  return kind === 'submit' ? { ...row, destination: destinationOf(planning, run, step) } : row
}

/** Where a job would go; a choice that cannot be made is said here and stops nothing. */
function destinationOf({ routes }: Planning, run: RunRecord, { module, node }: Step) {
  const { type, settings, parameters } = node.module
  try {
    return route(routes, { type, module, settings, hasImage: typeof parameters['container'] === 'string' }, run.destinations)
  } catch (error) {
    return { name: '?', why: messageOf(error) }
  }
}
