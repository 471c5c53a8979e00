import { AbeyanceError } from '../core/error.ts'
import { modulePath, type ModulePath, type RunId } from '../core/ids.ts'
import type { Value } from '../pipeline/value.ts'
import { readOutcomes, readOutputsOf, readRun, readRuns, type Readable } from '../records/kept-run.ts'
import type { RunRecord } from '../records/run-record.ts'
import { componentsOf, type GraphComponents } from '../signatures/components.ts'
import { explainDifference } from '../signatures/explain.ts'
import { signGraph } from '../signatures/sign-graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import { resolver } from './resolve-given.ts'
import type { Routes } from './routes.ts'
import { runGraph } from './run-graph.ts'
import { addsOf } from './signed-additions.ts'
import type { Explanation } from './workspace.ts'

/** What explaining reads: records, and the types that are known here. */
interface Known {
  readonly store: Readable
  readonly catalog: ModuleCatalog
  readonly routes: Routes
}

/** Why a module is signed otherwise than in an earlier run (rule S8): the first module and the first component that differ. */
export async function explainRun(
  interior: Known,
  id: RunId,
  { module, against }: { module: ModulePath; against?: RunId },
): Promise<Explanation> {
  const run = await existing(interior, id)
  const earlier = against === undefined ? await runBefore(interior, run) : await existing(interior, against)
  if (!earlier)
    return { kind: 'no-earlier-run', sentence: `there is no earlier run of \`${run.name}\` to compare with` }
  const [was, is] = [await components(interior, earlier), await components(interior, run)]
  if (!(module in is)) {
    throw new AbeyanceError(
      'invalid-value',
      `run ${id} has no module \`${module}\`; its modules: ${Object.keys(is).join(', ')}`,
    )
  }
  const difference = explainDifference(was, is, module)
  if (!difference)
    return { kind: 'same', against: earlier.id, sentence: `${module} is signed as in run ${earlier.id}` }
  const component =
    difference.part === undefined ? difference.component : `${difference.component} ${difference.part}`
  return {
    kind: 'differs',
    against: earlier.id,
    module: modulePath(difference.module),
    component,
    sentence: difference.sentence,
  }
}

/** For each module that differs from the last run of this pipeline: one sentence. */
export async function differenceFromEarlier(
  interior: Known,
  run: RunRecord,
): Promise<(module: string) => string | undefined> {
  const earlier = await runBefore(interior, run)
  if (!earlier) return () => undefined
  const [was, is] = [await components(interior, earlier), await components(interior, run)]
  return (module) => (module in is ? explainDifference(was, is, module)?.sentence : undefined)
}

async function runBefore({ store }: Known, run: RunRecord): Promise<RunRecord | undefined> {
  return (await readRuns(store)).findLast((other) => other.name === run.name && other.id < run.id)
}

async function existing({ store }: Known, id: RunId): Promise<RunRecord> {
  const run = await readRun(store, id)
  if (run) return run
  throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
}

async function components(interior: Known, run: RunRecord): Promise<GraphComponents> {
  const { catalog, store, routes } = interior
  const said = new Map<ModulePath, Readonly<Record<string, Value>>>()
  for (const [module, outcome] of await readOutcomes(store, run.id)) {
    const record = outcome.kind === 'done' ? await readOutputsOf(store, outcome.outputs) : undefined
    if (record) said.set(module, record.outputs)
  }
  const signed = signGraph(await runGraph(run, catalog), {
    catalog,
    resolve: resolver(run.files),
    addsOf: addsOf(routes, run.destinations),
    valuesOf: (path) => said.get(path),
  })
  return componentsOf(signed)
}
