import type { JobKey, ModulePath, RunId } from '../core/ids.ts'
import type { JobsNews } from '../monitor/job-monitor.ts'
import { Subscription } from '../monitor/observables.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Standing, WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import type { JobRow, OutcomeKind, RunRow } from './contract.ts'
import { jobRow, type JobProgress } from './job-row.ts'
import { withChange, type JobTimes } from './job-times.ts'
import { runRow } from './run-row.ts'

/** Jobs as small rows, and how runs stand: held so that ten thousand are answered without reading them all again. */
export interface Picture {
  readonly jobs: ReadonlyMap<JobKey, JobRow>
  /** A run as the list shows it; what is not held is read. */
  run(record: RunRecord): Promise<RunRow>
  close(): void
}

/** What has changed, in the picture already. */
export type PictureNews =
  | { readonly kind: 'job'; readonly key: JobKey }
  | { readonly kind: 'discarded'; readonly key: JobKey }
  | { readonly kind: 'run'; readonly run: RunId }
  | { readonly kind: 'outcome'; readonly run: RunId; readonly module: ModulePath; readonly outcome: Outcome }
  | { readonly kind: 'hosts' }
  /** All of it is new. */
  | { readonly kind: 'anew' }

type Tell = (news: PictureNews) => void

/** Resolves when the jobs that are there are in it. */
export async function openPicture(view: WorkspaceView, tell: Tell): Promise<Picture> {
  const all = new Subscription()
  const runs = openRuns(view)
  const jobs = openJobs(tell)
  const early: JobChange[] = []
  let take = (change: JobChange) => void early.push(change)
  const hear = (event: WorkspaceEvent) => {
    if (event.kind === 'changed') take(event.change)
    else if (event.kind === 'progress') jobs.progress(event.key, { percent: event.percent })
    else if (event.kind === 'staging') {
      const { key, kind: _, ...travel } = event
      jobs.progress(key, { travel })
    } else if (event.kind === 'run' || event.kind === 'outcome') {
      runs.take(event)
      tell(event.kind === 'run' ? { kind: 'run', run: event.run } : event)
    } else if (event.kind !== 'matched' && event.kind !== 'discarded') {
      tell({ kind: 'hosts' })
      const { destination } = event
      view.standings().then(
        (standings) => jobs.restand(destination, standings.get(destination)),
        () => {}, // the workspace was closed meanwhile
      )
    }
  }
  all.add(view.events$.subscribe(hear))
  try {
    for await (const change of view.changes()) jobs.take(change)
  } catch (error) {
    all.unsubscribe()
    throw error
  }
  for (const change of early) jobs.take(change)
  take = jobs.take
  await new Promise<void>((resolve) => {
    all.add(
      view.jobs$.subscribe({
        next(news) {
          jobs.hear(news)
          resolve()
        },
        complete: resolve,
      }),
    )
  })
  return { jobs: jobs.rows, run: runs.row, close: () => all.unsubscribe() }
}

function openJobs(tell: Tell) {
  const rows = new Map<JobKey, JobRow>()
  const times = new Map<JobKey, JobTimes>()
  const progress = new Map<JobKey, JobProgress>()
  let isNew = true
  const put = (job: JobRecord) =>
    rows.set(job.key, jobRow(job, { times: times.get(job.key), progress: progress.get(job.key) }))
  const forget = (key: JobKey) => [rows, times, progress].forEach((map) => map.delete(key))
  return {
    rows,
    take: (change: JobChange) => void times.set(change.key, withChange(times.get(change.key), change)),
    progress(key: JobKey, news: JobProgress) {
      progress.set(key, { ...progress.get(key), ...news })
      const row = rows.get(key)
      if (!row) return
      rows.set(key, { ...row, ...news })
      tell({ kind: 'job', key })
    },
    /** Its host is as it is now; the jobs' own records say nothing of it. */
    restand(destination: string, standing: Standing | undefined) {
      for (const [key, row] of rows) {
        if (row.destination !== destination || row.endedAt !== undefined) continue
        rows.set(key, standingRow(row, standing))
        tell({ kind: 'job', key })
      }
    },
    hear(news: JobsNews) {
      if (news.kind === 'present') {
        const known = new Set(news.jobs.map(({ key }) => key))
        for (const key of rows.keys()) if (!known.has(key)) forget(key)
        news.jobs.forEach(put)
        if (!isNew) tell({ kind: 'anew' })
        isNew = false
      } else if (news.kind === 'changed') {
        outdate(progress, rows.get(news.job.key), news.job)
        put(news.job)
        tell({ kind: 'job', key: news.job.key })
      } else {
        forget(news.key)
        tell(news)
      }
    },
  }
}

/** How far files are is over with the state in which they travelled; what a log said, with its attempt. */
function outdate(progress: Map<JobKey, JobProgress>, before: JobRow | undefined, now: JobRecord): void {
  if (now.attempt !== before?.attempt) progress.delete(now.key)
  else if (now.state.kind !== before.state) {
    const { travel: _, ...rest } = progress.get(now.key) ?? {}
    progress.set(now.key, rest)
  }
}

function standingRow(row: JobRow, { lapse, paused, spared }: Standing = {}): JobRow {
  const { unreachableSince: _1, loginNeeded: _2, pausedSince: _3, spared: _4, ...own } = row
  return {
    ...own,
    ...(lapse && { unreachableSince: lapse.since, ...(lapse.login && { loginNeeded: true }) }),
    ...(paused && row.state === 'submitting' && { pausedSince: paused.since }),
    ...(spared && { spared }),
  }
}

// So many runs have their outcomes counted without being read again.
const mostRuns = 200

/** How the modules of runs stand, of those that were asked for last. */
function openRuns(view: WorkspaceView) {
  const held = new Map<RunId, Promise<Map<string, OutcomeKind>>>()
  const read = async (id: RunId) => {
    const outcomes = Object.entries(await view.outcomes(id))
    return new Map(outcomes.map(([path, { kind }]) => [path, kind]))
  }
  return {
    take(event: Extract<WorkspaceEvent, { kind: 'run' | 'outcome' }>) {
      if (event.kind === 'run') held.delete(event.run)
      else
        held.get(event.run)?.then(
          (kinds) => kinds.set(event.module, event.outcome.kind),
          () => {}, // whoever asked for it hears of it
        )
    },
    async row(record: RunRecord): Promise<RunRow> {
      const kinds = held.get(record.id) ?? read(record.id)
      held.delete(record.id)
      held.set(record.id, kinds)
      for (const [oldest] of held) if (held.size > mostRuns) held.delete(oldest)
      try {
        return runRow(record, (await kinds).values())
      } catch (error) {
        held.delete(record.id)
        throw error
      }
    },
  }
}
