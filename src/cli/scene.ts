import { auditTime, filter, Subscription } from 'rxjs'
import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { Outcome } from '../records/outcome.ts'
import type { Run, RunState, Workspace } from '../workspace/workspace.ts'

/** What is shown of one module or element while a run goes on. */
export interface Actor {
  /** `digest[0]`. */
  readonly path: string
  /** `digest[0] EcoRI`, where its job says so. */
  readonly name: string
  /** One word or two: `queued`, `running`, `done`, `reused`, `failed`. */
  readonly word: string
  readonly over: boolean
  readonly percent?: number
  /** The last line of its log, or why it failed. */
  readonly line?: string
}

export interface Scene {
  readonly actors: ReadonlyMap<string, Actor>
  close(): void
}

// So many logs are followed at once: who has more running jobs than this looks at counts, not at lines.
const mostFollowed = 20

/** Follows a run: calls back with every actor that changed. */
export function openScene(workspace: Workspace, run: Run, changed: (actor: Actor) => void): Scene {
  const actors = new Map<string, Actor>()
  const paths = new Map<JobKey, string>()
  const jobs = new Map<JobKey, JobRecord>()
  const seen = new Map<string, Outcome>()
  const logs = new Map<JobKey, Subscription>()
  const all = new Subscription()

  const update = (path: string, next: Partial<Actor>) => {
    const before = actors.get(path) ?? { path, name: path, word: '', over: false }
    const actor = { ...before, ...next }
    if (Object.entries(actor).every(([key, value]) => Reflect.get(before, key) === value)) return
    actors.set(path, actor)
    changed(actor)
  }
  const follow = (key: JobKey, path: string) => {
    if (logs.has(key) || logs.size >= mostFollowed) return
    const lines = workspace.log$(key, 'stdout', { last: 1024 }).pipe(
      filter((news) => news.kind === 'chunk'),
      auditTime(200),
    )
    const following = lines.subscribe({
      next: ({ bytes }) => {
        const line = Buffer.from(bytes)
          .toString('utf8')
          .trimEnd()
          .split(/[\r\n]+/)
          .at(-1)
        if (line && !actors.get(path)?.over) update(path, { line })
      },
      error: () => {}, // what cannot be shown is no fault of the run
    })
    logs.set(key, following)
    all.add(following)
  }
  const showJob = (job: JobRecord, path: string) => {
    if (actors.get(path)?.over) return
    update(path, { name: nameOf(job, path), word: wordOf(job.state) })
    if (job.state.kind === 'running') follow(job.key, path)
    else release(logs, job.key)
  }
  const showState = ({ outcomes }: RunState) => {
    for (const [path, outcome] of outcomes) {
      if (seen.get(path) === outcome) continue
      seen.set(path, outcome)
      update(path, { ...actorOf(outcome), name: actors.get(path)?.name ?? path })
      if (outcome.kind !== 'suspended' || outcome.on.kind !== 'job') continue
      paths.set(outcome.on.job, path)
      const job = jobs.get(outcome.on.job)
      if (job) showJob(job, path)
    }
  }
  all.add(
    workspace.jobs$.subscribe((news) => {
      const changedJobs = news.kind === 'present' ? news.jobs : news.kind === 'changed' ? [news.job] : []
      for (const job of changedJobs) {
        jobs.set(job.key, job)
        const path = paths.get(job.key)
        if (path !== undefined) showJob(job, path)
      }
    }),
  )
  all.add(
    workspace.events$.subscribe((event) => {
      const path = event.kind === 'progress' ? paths.get(event.key) : undefined
      if (path !== undefined && event.kind === 'progress')
        update(path, { percent: Math.round(event.percent) })
      if (event.kind === 'outcome' && event.run === run.id)
        showState({ kind: 'active', outcomes: new Map([[event.module, event.outcome]]) })
    }),
  )
  all.add(run.state$.subscribe(showState))
  return { actors, close: () => all.unsubscribe() }
}

function release(logs: Map<JobKey, Subscription>, key: JobKey): void {
  logs.get(key)?.unsubscribe()
  logs.delete(key)
}

function actorOf(outcome: Outcome): Partial<Actor> & { readonly word: string } {
  switch (outcome.kind) {
    case 'done':
      return { word: outcome.by === 'reused' ? 'reused' : 'done', over: true }
    case 'failed':
      return { word: 'failed', over: true, line: outcome.error.message }
    case 'skipped':
      return {
        word: 'skipped',
        over: true,
        line: outcome.because === 'failure' ? `${outcome.of} failed` : `the condition at ${outcome.of}`,
      }
    case 'unneeded':
    case 'cancelled':
      return { word: outcome.kind, over: true }
    case 'waiting':
      return { word: 'waiting', over: false }
    case 'suspended':
      return {
        word:
          outcome.on.kind === 'job'
            ? 'submitting'
            : `waiting for a ${outcome.on.kind === 'until' ? 'time' : 'file'}`,
        over: false,
      }
  }
}

/** A job's end is told by its module's outcome, which may come a little later. */
function wordOf(state: JobState): string {
  return state.kind === 'succeeded' ? 'collecting' : state.kind
}

function nameOf(job: JobRecord, path: string): string {
  return job.name.startsWith(path) ? job.name : path
}
