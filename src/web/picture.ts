import { Subscription } from 'rxjs'
import type { JobKey, ModulePath, RunId } from '../core/ids.ts'
import type { JobsNews } from '../monitor/job-monitor.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import type { JobRow, OutcomeKind, RunRow } from './contract.ts'
import { jobRow } from './job-row.ts'
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
    else if (event.kind === 'progress') jobs.progress(event.key, event.percent)
    else if (event.kind === 'run' || event.kind === 'outcome') {
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
  const percents = new Map<JobKey, number>()
  let isNew = true
  const put = (job: JobRecord) =>
    rows.set(job.key, jobRow(job, { times: times.get(job.key), percent: percents.get(job.key) }))
  const forget = (key: JobKey) => [rows, times, percents].forEach((map) => map.delete(key))
  return {
    rows,
    take: (change: JobChange) => void times.set(change.key, withChange(times.get(change.key), change)),
    progress(key: JobKey, percent: number) {
      percents.set(key, percent)
      const row = rows.get(key)
      if (!row) return
      rows.set(key, { ...row, percent })
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
        if (news.job.attempt !== rows.get(news.job.key)?.attempt) percents.delete(news.job.key)
        put(news.job)
        tell({ kind: 'job', key: news.job.key })
      } else {
        forget(news.key)
        tell(news)
      }
    },
  }
}

type Standing =
  Awaited<ReturnType<WorkspaceView['standings']>> extends ReadonlyMap<string, infer S> ? S : never

function standingRow(row: JobRow, { lapse, paused }: Standing = {}): JobRow {
  const { unreachableSince: _1, loginNeeded: _2, pausedSince: _3, ...own } = row
  return {
    ...own,
    ...(lapse && { unreachableSince: lapse.since, ...(lapse.login && { loginNeeded: true }) }),
    ...(paused && row.state === 'submitting' && { pausedSince: paused.since }),
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
