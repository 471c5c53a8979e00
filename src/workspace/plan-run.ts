import { messageOf } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { plan, type Step } from '../engine/plan.ts'
import { machineOf } from '../modules/machine-port.ts'
import { readOutcomes, readRuns } from '../records/kept-run.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { RunRecord } from '../records/run-record.ts'
import { differenceFromEarlier } from './explain-run.ts'
import type { Planning } from './interior.ts'
import { readStandings } from './read-standings.ts'
import { resolver } from './resolve-given.ts'
import { route } from './route.ts'
import { addsOf } from './signed-additions.ts'
import { runGraph } from './run-graph.ts'
import { doesTheSame, newRun } from './start-run.ts'
import { knownJob, knownOutput } from './surroundings-of.ts'
import type { Plan, PlanRow, Standing, StartOptions } from './workspace.ts'

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
    addsOf: addsOf(planning.routes, run.destinations),
    before: await readOutcomes(store, run.id),
    output: (key: string) => knownOutput(planning, key),
    job: async (key: JobKey) => knownJob(planning, await planning.jobOf(key)),
  }
  const steps = await plan(around, {
    graph,
    targets: run.targets,
    fresh: run.fresh,
    onFailure: run.onFailure,
  })
  const context = { planning, run, standings: await readStandings(store) }
  const explain = await differenceFromEarlier(planning, run)
  return steps.map((step) => rowOf(context, step, explain))
}

interface PlanContext {
  readonly planning: Planning
  readonly run: RunRecord
  readonly standings: ReadonlyMap<string, Standing>
}

function rowOf(context: PlanContext, step: Step, explain: (module: string) => string | undefined): PlanRow {
  const { module, signature, step: kind } = step
  const reason = kind === 'submit' || kind === 'run' ? explain(module) : undefined
  const row = {
    module,
    signature,
    step: kind,
    why: reason === undefined ? step.why : `${step.why}: ${reason}`,
  }
  return kind === 'submit' ? { ...row, destination: destinationOf(context, step) } : row
}

/** Where a job would go; a choice that cannot be made is said here and stops nothing. */
function destinationOf({ planning: { routes }, run, standings }: PlanContext, { module, node }: Step) {
  const { type, parameters } = node.module
  const settings = { ...node.module.settings, ...machineOf(node.module) }
  try {
    const hasImage = typeof parameters['container'] === 'string'
    const { name, why } = route(routes, { type, module, settings, hasImage }, run.destinations)
    return { name, why: why + wordsOf(standings.get(name)) }
  } catch (error) {
    return { name: '?', why: messageOf(error) }
  }
}

/** What may keep a job waiting there. */
function wordsOf({ lapse, paused }: Standing = {}): string {
  const since = (at: number) => new Date(at).toISOString()
  if (paused) return `; paused since ${since(paused.since)}`
  if (lapse?.login) return `; asks for a login since ${since(lapse.since)}`
  return lapse ? `; does not answer since ${since(lapse.since)}` : ''
}
