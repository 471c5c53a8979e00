import type { JobKey, RunId } from '../core/ids.ts'
import { readOutcomes, readRuns, type Readable } from '../records/kept-run.ts'

/** The open runs that need a job: those that hang on it (rule R5). */
export async function neededBy(store: Readable, key: JobKey): Promise<readonly RunId[]> {
  const needing: RunId[] = []
  for (const run of await readRuns(store)) {
    if (run.state !== 'open') continue
    const outcomes = await readOutcomes(store, run.id)
    const hangs = [...outcomes.values()].some(
      (outcome) => outcome.kind === 'suspended' && outcome.on.kind === 'job' && outcome.on.job === key,
    )
    if (hangs) needing.push(run.id)
  }
  return needing
}
