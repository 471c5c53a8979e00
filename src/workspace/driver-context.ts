import type { ModulePath } from '../core/ids.ts'
import { outcomeEntry, readOutcomes, runEntry } from '../records/kept-run.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Interior } from './interior.ts'
import { judgeRun } from './judge-run.ts'
import { alsoTell } from './run-recipients.ts'
import { neededJobs } from './needed-by.ts'
import { recallRun } from './recall-run.ts'
import type { DriverContext } from './run-context.ts'
import { executionOf, runGraph } from './run-graph.ts'
import { runNotice } from './run-notices.ts'
import { surroundingsOf } from './surroundings-of.ts'
import type { WorkspaceEvent } from './workspace.ts'

/** How drivers of runs reach the parts of the workspace. */
export function driverContext(interior: Interior, tell: (event: WorkspaceEvent) => void): DriverContext {
  const { store, monitor, outbox, clock, catalog } = interior
  return {
    ...interior,
    async execute(run, signal) {
      const changed = (module: ModulePath, outcome: Outcome) =>
        tell({ kind: 'outcome', run: run.id, module, outcome })
      return executionOf(run, await surroundingsOf({ ...interior, signal }, run, changed))
    },
    judge: (execution) => judgeRun(execution, (key) => monitor.get(key)),
    async finish(run, ended) {
      const record: RunRecord = { ...run, state: ended.kind, endedAt: clock.now() }
      const notice = runNotice(record, ended)
      await store.put([runEntry(record), ...(notice ? outbox.entriesFor(notice, record.notify) : [])])
      outbox.poke()
      tell({ kind: 'run', run: run.id, state: record.state })
      return record
    },
    notify: (run, notifiers) => alsoTell(interior, run, notifiers),
    async cancel(run, by) {
      const record: RunRecord = { ...run, state: 'cancelled', endedAt: clock.now(), cancelledBy: by }
      await store.put([runEntry(record)])
      tell({ kind: 'run', run: run.id, state: 'cancelled' })
      return record
    },
    stopJobs: (run) => stopJobs(interior, run),
    recall: (run) =>
      recallRun(store, run, {
        graph: () => runGraph(run, catalog),
        jobOf: (key) => monitor.get(key),
      }),
    look: () => monitor.look(),
  }
}

/** Jobs first, and then it is written down that the run hangs on them no more: killed in between, it is done again (rule J6). */
async function stopJobs({ store, monitor }: Interior, run: RunRecord): Promise<void> {
  const outcomes = [...(await readOutcomes(store, run.id))]
  const open = outcomes.filter(([, { kind }]) => kind === 'suspended' || kind === 'waiting')
  if (open.length === 0) return
  const needed = await neededJobs(store)
  for (const [, outcome] of open) {
    if (outcome.kind !== 'suspended' || outcome.on.kind !== 'job') continue
    const { job } = outcome.on
    // One that was intended and never handed over is no job.
    if (!needed.has(job) && (await monitor.get(job)))
      await monitor.cancel(job, { by: run.cancelledBy ?? 'user' })
  }
  await store.put(open.map(([path]) => outcomeEntry(run.id, path, { kind: 'cancelled' })))
}
