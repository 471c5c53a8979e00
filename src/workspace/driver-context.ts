import type { ModulePath } from '../core/ids.ts'
import { outcomeEntry, readOutcomes, runEntry } from '../records/kept-run.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Interior } from './interior.ts'
import { judgeRun } from './judge-run.ts'
import { neededBy } from './needed-by.ts'
import { recallRun } from './recall-run.ts'
import type { DriverContext } from './run-driver.ts'
import { executionOf, runGraph } from './run-graph.ts'
import { runNotice } from './run-notices.ts'
import { surroundingsOf } from './surroundings-of.ts'
import type { WorkspaceEvent } from './workspace.ts'

/** How drivers of runs reach the parts of the workspace. */
export function driverContext(interior: Interior, tell: (event: WorkspaceEvent) => void): DriverContext {
  const { store, monitor, outbox, clock, catalog } = interior
  return {
    ...interior,
    async execute(run) {
      const changed = (module: ModulePath, outcome: Outcome) =>
        tell({ kind: 'outcome', run: run.id, module, outcome })
      return executionOf(run, await surroundingsOf(interior, run, changed))
    },
    judge: (execution) => judgeRun(execution, (key) => monitor.get(key)),
    async finish(run, ended) {
      const record: RunRecord = { ...run, state: ended.kind, endedAt: clock.now() }
      const notice = runNotice(record, ended)
      await store.put([runEntry(record), ...(notice ? outbox.entriesFor(notice) : [])])
      outbox.poke()
      tell({ kind: 'run', run: run.id, state: record.state })
      return record
    },
    cancel: (run, by) => cancelRun(interior, run, by, tell),
    recall: (run) => recallRun(store, run, runGraph(run, catalog), (key) => monitor.get(key)),
    look: () => monitor.look(),
  }
}

/** The run is cancelled on disk first; then go those of its jobs that no other run needs (rule R5). */
async function cancelRun(
  { store, monitor, clock }: Interior,
  run: RunRecord,
  by: string,
  tell: (event: WorkspaceEvent) => void,
): Promise<RunRecord> {
  const record: RunRecord = { ...run, state: 'cancelled', endedAt: clock.now(), cancelledBy: by }
  const outcomes = [...(await readOutcomes(store, run.id))]
  const open = outcomes.filter(([, { kind }]) => kind === 'suspended' || kind === 'waiting')
  await store.put([
    runEntry(record),
    ...open.map(([path]) => outcomeEntry(run.id, path, { kind: 'cancelled' })),
  ])
  for (const [, outcome] of open) {
    if (outcome.kind !== 'suspended' || outcome.on.kind !== 'job') continue
    if ((await neededBy(store, outcome.on.job)).length === 0) await monitor.cancel(outcome.on.job, { by })
  }
  tell({ kind: 'run', run: run.id, state: 'cancelled' })
  return record
}
