import { AbeyanceError } from '../core/error.ts'
import type { ModulePath, RunId } from '../core/ids.ts'
import { readOutcomes, readRun, type Readable } from '../records/kept-run.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'

/** What failed at a module of a run: itself, its elements, the modules in it. */
export function failedAt(
  outcomes: ReadonlyMap<ModulePath, Outcome>,
  module: ModulePath,
): readonly ModulePath[] {
  const isWithin = (path: string) =>
    path === module || path.startsWith(`${module}[`) || path.startsWith(`${module}/`)
  return [...outcomes].flatMap(([path, { kind }]) => (kind === 'failed' && isWithin(path) ? [path] : []))
}

export function isOver({ state }: RunRecord): boolean {
  return state === 'done' || state === 'cancelled'
}

/** @throws `unknown-run`, `invalid-state` where there is nothing to try again */
export async function assertFailed(store: Readable, id: RunId, module: ModulePath): Promise<void> {
  const run = await readRun(store, id)
  if (!run) throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
  if (isOver(run) || failedAt(await readOutcomes(store, id), module).length === 0)
    throw didNotFail(run, module)
}

export function didNotFail(run: RunRecord, module: ModulePath): AbeyanceError {
  return new AbeyanceError(
    'invalid-state',
    `${module} did not fail in run ${run.id}, which is ${run.state}; \`abeyance show ${run.id}\` says how each module stands`,
  )
}
