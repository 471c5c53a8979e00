import type { JobKey, RunId } from '../../core/ids.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { Outcome } from '../../records/outcome.ts'
import type { RunRecord } from '../../records/run-record.ts'
import type { Travel } from '../../runners/runner.ts'
import { withChange, type JobTimes } from '../../web/job-times.ts'
import type { DestinationFacts, WorkspaceEvent, WorkspaceView } from '../../workspace/workspace.ts'
import { jobOf } from '../../records/job-of.ts'
import { Subscription } from '../observables.ts'

/** What is known of the watched runs and their jobs, kept up as it changes. */
export interface Board {
  readonly runs: ReadonlyMap<RunId, BoardRun>
  readonly jobs: ReadonlyMap<JobKey, JobRecord>
  /** The jobs that the watched runs speak of. */
  readonly spoken: ReadonlySet<JobKey>
  readonly times: ReadonlyMap<JobKey, JobTimes>
  readonly percents: ReadonlyMap<JobKey, number>
  readonly travels: ReadonlyMap<JobKey, Travel>
  destinations(): ReadonlyMap<string, DestinationFacts>
  close(): void
}

export interface BoardRun {
  readonly record: RunRecord
  readonly outcomes: ReadonlyMap<string, Outcome>
}

interface Held {
  readonly view: WorkspaceView
  readonly runs: Map<RunId, BoardRun & { readonly outcomes: Map<string, Outcome> }>
  readonly jobs: Map<JobKey, JobRecord>
  readonly spoken: Set<JobKey>
  readonly times: Map<JobKey, JobTimes>
  readonly percents: Map<JobKey, number>
  readonly travels: Map<JobKey, Travel>
  watches(run: RunRecord): boolean
}

/** `watches`: of runs that are there, and of those that come. */
export async function openBoard(
  view: WorkspaceView,
  watches: (run: RunRecord) => boolean,
  changed: () => void,
): Promise<Board> {
  const held: Held = {
    view,
    watches,
    runs: new Map(),
    jobs: new Map(),
    spoken: new Set(),
    times: new Map(),
    percents: new Map(),
    travels: new Map(),
  }
  const listening = new Subscription()
  listening.add(
    view.events$.subscribe((event) => {
      void hear(held, event).then(changed, () => {}) // a run that cannot be read now is read with its next event
    }),
  )
  listening.add(
    view.jobs$.subscribe((news) => {
      if (news.kind === 'discarded') held.jobs.delete(news.key)
      else if (news.kind === 'changed') held.jobs.set(news.job.key, news.job)
      else {
        held.jobs.clear()
        for (const job of news.jobs) held.jobs.set(job.key, job)
      }
      changed()
    }),
  )
  for (const run of await view.runs()) if (watches(run)) await take(held, run)
  void readTimes(held, listening).then(changed, () => {}) // what is not known of the past is left out
  return { ...held, destinations: () => view.destinations(), close: () => listening.unsubscribe() }
}

async function hear(held: Held, event: WorkspaceEvent): Promise<void> {
  switch (event.kind) {
    case 'run': {
      const run = (await held.view.runs()).find(({ id }) => id === event.run)
      if (run && (held.runs.has(run.id) || held.watches(run))) await take(held, run)
      return
    }
    case 'outcome': {
      const outcomes = held.runs.get(event.run)?.outcomes
      if (outcomes) note(held, outcomes, event.module, event.outcome)
      return
    }
    case 'changed':
      held.times.set(event.job.key, withChange(held.times.get(event.job.key), event.change))
      held.percents.delete(event.job.key)
      held.travels.delete(event.job.key)
      return
    case 'progress':
      held.percents.set(event.key, event.percent)
      return
    case 'staging':
      held.travels.set(event.key, event)
      return
    default: // hosts and budgets show in the jobs themselves
  }
}

/** What was heard of it since the reading began is newer than what is read. */
async function take(held: Held, record: RunRecord): Promise<void> {
  const outcomes = held.runs.get(record.id)?.outcomes ?? new Map<string, Outcome>()
  held.runs.set(record.id, { record, outcomes })
  for (const [path, outcome] of Object.entries(await held.view.outcomes(record.id)))
    if (!outcomes.has(path)) note(held, outcomes, path, outcome)
}

function note(held: Held, outcomes: Map<string, Outcome>, path: string, outcome: Outcome): void {
  outcomes.set(path, outcome)
  const key = jobOf(outcome)
  if (key !== undefined) held.spoken.add(key)
}

/** When each job came to what, from the history on disk; what happens meanwhile is told by events, and is newer. */
async function readTimes(held: Held, listening: Subscription): Promise<void> {
  const read = new Map<JobKey, JobTimes>()
  for await (const change of held.view.changes()) {
    if (listening.closed) return
    read.set(change.key, withChange(read.get(change.key), change))
  }
  for (const [key, times] of read) {
    const heard = held.times.get(key)
    if (!heard || heard.attempt === times.attempt)
      held.times.set(key, { ...heard, ...times, ...endOf(heard) })
  }
}

function endOf(heard: JobTimes | undefined): Partial<JobTimes> {
  return heard?.endedAt === undefined ? {} : { endedAt: heard.endedAt }
}
