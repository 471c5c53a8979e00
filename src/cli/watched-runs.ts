import type { JobKey, RunId } from '../core/ids.ts'
import type { WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import { exitCodeOf, type ExitCode } from './exit-code.ts'
import { findRun } from './find-run.ts'
import { jobOf } from '../records/job-of.ts'
import { openTicker } from './ticker.ts'

/** The runs that a person watches: those that were named, or all. */
export interface WatchedRuns {
  readonly named: boolean
  includes(run: RunId): boolean
  /** Whether an event is of theirs; of a destination it is anybody's. */
  concerns(event: WorkspaceEvent): boolean
  /** True when none of them is open any more; false when aborted before. */
  ended(signal: AbortSignal): Promise<boolean>
  /** Of those that were named; else of those that were open, or changed, while they were watched. */
  exitCode(): Promise<ExitCode>
}

// How often it is seen how they stand, in milliseconds: at most after each event, and at least.
const least = 100
const most = 5000

export async function watchedRuns(view: WorkspaceView, names: readonly string[]): Promise<WatchedRuns> {
  const wanted = new Set<RunId>()
  for (const name of names) wanted.add((await findRun(view, name)).id)
  const isNamed = names.length > 0
  const seen = new Set<RunId>(wanted)
  const keys = new Set<JobKey>()
  for (const id of wanted)
    for (const outcome of Object.values(await view.outcomes(id))) remember(keys, jobOf(outcome))
  if (!isNamed) for (const { id, state } of await view.runs()) if (state === 'open') seen.add(id)
  const includes = (run: RunId) => !isNamed || wanted.has(run)
  const runs = async () => (await view.runs()).filter(({ id }) => includes(id))
  return {
    named: isNamed,
    includes,
    concerns(event) {
      if (event.kind === 'run') seen.add(event.run)
      if (event.kind === 'run' || event.kind === 'outcome') {
        if (!includes(event.run)) return false
        if (event.kind === 'outcome') remember(keys, jobOf(event.outcome))
        return true
      }
      const key = event.kind === 'changed' ? event.job.key : 'key' in event ? event.key : undefined
      return !isNamed || key === undefined || keys.has(key)
    },
    async ended(signal) {
      const ticker = openTicker(view.events$, { least, most })
      try {
        while (!signal.aborted) {
          if ((await runs()).every(({ state }) => state !== 'open')) return true
          await ticker.next(signal)
        }
        return false
      } finally {
        ticker.close()
      }
    },
    exitCode: async () =>
      exitCodeOf((await runs()).filter(({ id }) => seen.has(id)).map(({ state }) => state)),
  }
}

function remember(keys: Set<JobKey>, key: JobKey | undefined): void {
  if (key !== undefined) keys.add(key)
}
