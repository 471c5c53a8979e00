import type { JobKey, RunId } from '../core/ids.ts'
import { readOutcomes, readRuns, type Readable } from '../records/kept-run.ts'

/** The open runs that need a job: those that hang on it (rule R5). */
export async function neededBy(store: Readable, key: JobKey): Promise<readonly RunId[]> {
  return (await neededJobs(store)).get(key) ?? []
}

/** Every job that open runs hang on, with those runs. */
export async function neededJobs(store: Readable): Promise<ReadonlyMap<JobKey, readonly RunId[]>> {
  const needed = new Map<JobKey, RunId[]>()
  for (const { id, state } of await readRuns(store)) {
    if (state !== 'open') continue
    for (const outcome of (await readOutcomes(store, id)).values()) {
      if (outcome.kind !== 'suspended' || outcome.on.kind !== 'job') continue
      const runs = needed.get(outcome.on.job)
      if (!runs) needed.set(outcome.on.job, [id])
      else if (runs.at(-1) !== id) runs.push(id)
    }
  }
  return needed
}
