import {
  firstValueFrom,
  fromEvent,
  map,
  NEVER,
  of,
  race,
  scan,
  switchMap,
  take,
  timer,
} from './observables.ts'
import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { JobsNews } from '../monitor/job-monitor.ts'
import type { Resting, Run, Workspace } from '../workspace/workspace.ts'

// A job that waits for a slot stays in submission: after so long without news it is taken to be one. And the bound of all.
const quiet = 1000
const longest = 60_000

/** How a run rests once its jobs are where they run, so that they go on when this process ends. */
export async function restSubmitted(workspace: Workspace, run: Run, signal: AbortSignal): Promise<Resting> {
  for (let before = -1; ;) {
    const resting = await run.resting({ signal })
    if (resting.kind !== 'suspended') return resting
    const keys = new Set(resting.on.flatMap((on) => (on.kind === 'job' ? [on.job] : [])))
    if (keys.size === before) return resting
    before = keys.size
    await submitted(workspace, keys, signal)
  }
}

/** Resolves when none of these jobs is on its way to its host, or when no more is to be expected now. */
async function submitted(
  workspace: Workspace,
  keys: ReadonlySet<JobKey>,
  signal: AbortSignal,
): Promise<void> {
  const news$ = workspace.jobs$.pipe(
    scan((jobs, news) => noted(jobs, news, keys), new Map<JobKey, JobRecord>()),
    map((jobs) => [...jobs.values()]),
    switchMap((jobs) => (jobs.some(isSent) ? NEVER : jobs.some(isFresh) ? timer(quiet) : of(0))),
    take(1),
  )
  await firstValueFrom(race(news$, timer(longest), fromEvent(signal, 'abort')))
}

function noted(jobs: Map<JobKey, JobRecord>, news: JobsNews, keys: ReadonlySet<JobKey>) {
  if (news.kind === 'discarded') jobs.delete(news.key)
  else
    for (const job of news.kind === 'present' ? news.jobs : [news.job])
      if (keys.has(job.key)) jobs.set(job.key, job)
  return jobs
}

/** The request was written down, and its answer is not here yet. */
function isSent({ state }: JobRecord): boolean {
  return (state.kind === 'submitting' && state.intent !== undefined) || state.kind === 'submit-unknown'
}

function isFresh({ state }: JobRecord): boolean {
  return state.kind === 'submitting' && state.notBefore === undefined
}
