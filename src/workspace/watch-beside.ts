import { sleep, type Clock } from '../core/clock.ts'
import { jobKey, modulePath, runId } from '../core/ids.ts'
import type { JobEvent, JobsNews } from '../monitor/job-monitor.ts'
import { asChange, asJob } from '../monitor/kept-job.ts'
import { defer, from, Observable, share, Subject, switchMap, take } from '../monitor/observables.ts'
import { presentJobs } from '../monitor/present-jobs.ts'
import { withReach } from '../monitor/reach.ts'
import type { JobRecord } from '../records/job-record.ts'
import { asOutcome, asRun } from '../records/kept-run.ts'
import type { RecordNews, RecordReader } from '../records/read-lowdb.ts'
import type { Entry } from '../records/record-store.ts'
import { readStandings } from './read-standings.ts'
import type { Standing, WorkspaceEvent, WorkspaceView } from './workspace.ts'

// How often the records are read again while somebody listens, in milliseconds.
const refreshEvery = 250

/** What changes in a workspace that another process drives, as its records tell it (rule R11): they are read again while somebody listens. */
export function watchBeside(
  reader: RecordReader,
  clock: Clock,
): Pick<WorkspaceView, 'events$' | 'jobs$'> & { close(): void } {
  const stop = new AbortController()
  const news$ = new Subject<JobsNews>()
  const told$ = new Subject<WorkspaceEvent>()
  let standings: ReadonlyMap<string, Standing> = new Map()
  const shown = (job: JobRecord) => {
    const { lapse, paused, spared } = standings.get(job.destination) ?? {}
    return withReach(job, lapse, paused?.since, spared)
  }
  const restand = async () => {
    const before = standings
    standings = await readStandings(reader)
    for (const event of differences(before, standings)) told$.next(event)
  }
  const present$ = defer(() => from(restand())).pipe(switchMap(() => presentJobs(reader, news$, shown)))

  const follow = async (signal: AbortSignal) => {
    const silence = reader.heed((news) => hear(news))
    try {
      while (!signal.aborted) {
        await reader.refresh().catch(() => {}) // what cannot be read now is read at the next turn
        await restand().catch(() => {})
        await sleep(clock, refreshEvery, signal)
      }
    } finally {
      silence()
    }
  }
  const hear = (news: RecordNews) => {
    if (news.kind === 'group') return tellGroup(news.entries, { news$, told$, shown })
    presentJobs(reader, new Subject(), shown)
      .pipe(take(1))
      .subscribe((all) => news$.next(all))
  }
  const following$ = new Observable<never>((subscriber) => {
    const end = new AbortController()
    const signal = AbortSignal.any([end.signal, stop.signal])
    const done = () => subscriber.complete()
    follow(signal).then(done, done)
    return () => end.abort()
  }).pipe(share())
  const alive = <T>(source: Observable<T>) =>
    new Observable<T>((subscriber) => {
      subscriber.add(source.subscribe(subscriber))
      subscriber.add(following$.subscribe({ complete: () => subscriber.complete() }))
    })
  return { events$: alive(told$), jobs$: alive(present$), close: () => stop.abort() }
}

interface Telling {
  readonly news$: Subject<JobsNews>
  readonly told$: Subject<WorkspaceEvent>
  shown(job: JobRecord): JobRecord
}

/** One atomic group: a job and its changes stand in it together. */
function tellGroup(entries: readonly Entry[], { news$, told$, shown }: Telling): void {
  for (const { kind, key, value } of entries) {
    if (kind === 'job' && value === undefined) {
      told$.next({ kind: 'discarded', key: jobKey(key) })
      news$.next({ kind: 'discarded', key: jobKey(key) })
    }
    if (value === undefined) continue
    if (kind === 'job') {
      const job = tryRead(() => shown(asJob(key, value)))
      if (!job) continue
      for (const entry of entries) {
        const change = entry.kind === 'change' ? asChange(entry.value) : undefined
        if (change?.key === job.key) told$.next({ kind: 'changed', job, change })
      }
      news$.next({ kind: 'changed', job })
    }
    if (kind === 'run') {
      const run = tryRead(() => asRun(key, value))
      if (run) told$.next({ kind: 'run', run: run.id, state: run.state })
    }
    if (kind === 'outcome') {
      const [run = ''] = key.split('/', 1)
      const outcome = tryRead(() => asOutcome(key, value))
      const module = modulePath(key.slice(run.length + 1))
      if (outcome) told$.next({ kind: 'outcome', run: runId(run), module, outcome })
    }
  }
}

/** A record that makes no sense keeps no other from being told (rule M3). */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function* differences(
  before: ReadonlyMap<string, Standing>,
  now: ReadonlyMap<string, Standing>,
): Generator<JobEvent> {
  for (const destination of new Set([...before.keys(), ...now.keys()])) {
    const [was, is] = [before.get(destination), now.get(destination)]
    if (was?.lapse?.since !== is?.lapse?.since || was?.lapse?.login !== is?.lapse?.login)
      yield is?.lapse ? { kind: 'unreachable', destination, ...is.lapse } : { kind: 'reachable', destination }
    if (was?.paused?.since !== is?.paused?.since)
      yield is?.paused ? { kind: 'paused', destination, ...is.paused } : { kind: 'unpaused', destination }
    if (was?.spared?.until !== is?.spared?.until)
      yield is?.spared ? { kind: 'spared', destination, ...is.spared } : { kind: 'unspared', destination }
  }
}
