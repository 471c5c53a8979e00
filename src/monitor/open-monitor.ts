import { setMaxListeners } from 'node:events'
import type { Clock } from '../core/clock.ts'
import type { WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RecordStore } from '../records/record-store.ts'
import { calendar, schedule } from './calendar.ts'
import { changedRetention } from './changed-retention.ts'
import type { Cleaning } from './clean-up.ts'
import type { CleanRecord, Retention } from './cleaner.ts'
import { dueFolders } from './due-folders.ts'
import { jobActions } from './job-actions.ts'
import type { JobEvent, JobMonitor } from './job-monitor.ts'
import { readableJobs, readHistory, readJob } from './kept-job.ts'
import { openLedger } from './ledger.ts'
import { logPace } from './log-pace.ts'
import { openRuleWatch } from './log-rules.ts'
import { logStream } from './log-stream.ts'
import { defaultSettings, type MonitorSettings } from './monitor-settings.ts'
import type { Outbox } from './outbox.ts'
import { readPauses } from './pause.ts'
import { openPublisher } from './publisher.ts'
import { readReach, readSpared } from './reach.ts'
import type { OpenJob } from './roster.ts'
import type { WatchedDestination } from './station.ts'
import { takeUp } from './take-up.ts'
import { openWatch, type Watch } from './watch.ts'

export interface MonitorOptions {
  readonly store: RecordStore
  readonly workspace: WorkspaceId
  /** Their runners are open, and closed by whoever opened them; their `wake` calls the monitor's. */
  readonly destinations: ReadonlyMap<string, WatchedDestination>
  readonly outbox: Outbox
  readonly clock: Clock
  readonly logger: Logger
  readonly settings?: Partial<MonitorSettings>
  readonly logs?: LogSettings
  /** Where runners keep fetched streams, `<tag>.<incarnation>.<stream>`. */
  readonly logFolder: string
  /** Told every event, also those that come while it opens. */
  readonly heard?: (event: JobEvent) => void
}

/** A monitor that drives: it also takes a runner's word that a look is worth its while. */
export interface OpenMonitor extends JobMonitor {
  wake(destination: string): void
  /** When a destination last answered a look. */
  answeredAt(destination: string): number | undefined
  /** Removes now what is due on every destination, and says what came of it. */
  clean(): Promise<readonly Cleaning[]>
  /** The folders that are due by now, or would be if these jobs were discarded. */
  due(discarded: readonly JobRecord[]): Promise<readonly CleanRecord[]>
}

/** Watches every open job of the store at once, from records alone (rule M1); nothing of a job is held but some small fields (M7). */
export async function openMonitor(options: MonitorOptions): Promise<OpenMonitor> {
  const { store, workspace, clock, logger, outbox, logFolder } = options
  const settings = { ...defaultSettings, ...options.settings }
  const stop = new AbortController()
  setMaxListeners(0, stop.signal) // one for each call that is under way
  const { signal } = stop
  const watches = new Map<string, Watch>()
  const publisher = openPublisher({ store, outbox, watches, hold, heard: options.heard })
  const { bell, shown, tell } = publisher
  const entriesFor = (notice: Notice) => outbox.entriesFor(notice)
  const shared = { store, workspace, clock, logger, ...settings, signal, tell, entriesFor }
  const defaultsOf = defaultsIn(options.destinations)
  const ledger = openLedger({ ...shared, defaultsOf, changed: publisher.changed, removed: publisher.removed })
  const known = await readKnown(store)
  for (const destination of options.destinations.values()) {
    logPace(options.logs, destination.logs) // what is no size is refused now, not when somebody reads
    watches.set(
      destination.name,
      openWatch({ ...shared, ...known, settings, ledger, destination, logFolder }),
    )
  }
  const followerOf = (destination: string) => watches.get(destination)?.follower
  const paceOf = (job: JobRecord) =>
    logPace(options.logs, options.destinations.get(job.destination)?.logs, job.logs)
  const tail = { store, logFolder, bell, followerOf, paceOf }
  const rules = openRuleWatch({ ...shared, tail, ledger })

  function hold(before: OpenJob | undefined, now: OpenJob | undefined): void {
    // A new attempt may go elsewhere.
    if (before && before.destination !== now?.destination)
      watches.get(before.destination)?.take(before, undefined)
    if (now) watches.get(now.destination)?.take(before, now)
    if (now) rules.take(now)
  }

  await takeUp({ store, logger, known: new Set(watches.keys()) }, (job) => hold(undefined, job))
  const each = (act: (watch: Watch) => Promise<void>) =>
    Promise.all([...watches.values()].map(act)).then(() => {})
  const cleaning = cleaningOf(shared, watches)
  for (const watch of watches.values()) watch.begin()
  await rules.begin()
  const calendars = [
    schedule(calendar(settings.cleanUp), { ...shared, name: 'clean-up' }, cleaning.ofCalendar),
    schedule(calendar(settings.check), { ...shared, name: 'check' }, () => each((one) => one.check())),
  ]

  return {
    ...jobActions({ ...shared, ledger, watches }),
    ...readers(store, shown),
    ...byDestination(watches),
    look: () => each((watch) => watch.look()),
    ...cleaning.byHand,
    events$: publisher.events$,
    jobs$: publisher.jobs$,
    log$: (key, stream, from, { until, room } = {}) =>
      logStream(tail, { key, stream, from, until }, { closing: signal, room }),
    async close() {
      stop.abort()
      await Promise.all([...calendars.map((one) => one.close()), each((one) => one.close()), rules.close()])
      publisher.close()
    },
  }
}

function byDestination(
  watches: ReadonlyMap<string, Watch>,
): Pick<OpenMonitor, 'liftPause' | 'wake' | 'answeredAt'> {
  return {
    liftPause: async (destination) => watches.get(destination)?.station.pause.lift(),
    wake: (destination) => watches.get(destination)?.wake(),
    answeredAt: (destination) => watches.get(destination)?.answeredAt(),
  }
}

/** What each destination adds, undefined of one that is not known. */
const defaultsIn = (destinations: MonitorOptions['destinations']) => (name: string) => {
  const there = destinations.get(name)
  return there && (there.defaults ?? {})
}

/** What an earlier process knew of hosts. */
async function readKnown(store: RecordStore) {
  return {
    unreachable: await readReach(store),
    pauses: await readPauses(store),
    spared: await readSpared(store),
  }
}

function cleaningOf(
  options: { readonly store: RecordStore; readonly clock: Clock; readonly retention: Retention },
  watches: ReadonlyMap<string, Watch>,
) {
  const { store, retention } = options
  const clean: OpenMonitor['clean'] = async () => {
    await store.put(await changedRetention(store, retention))
    return Promise.all([...watches.values()].map((watch) => watch.clean()))
  }
  const due: OpenMonitor['due'] = (discarded) => dueFolders(options, retention, discarded)
  return { ofCalendar: async () => void (await clean()), byHand: { clean, due } }
}

function readers(
  store: RecordStore,
  shown: (job: JobRecord) => JobRecord,
): Pick<JobMonitor, 'get' | 'all' | 'history'> {
  return {
    async get(key) {
      const job = await readJob(store, key)
      return job && shown(job)
    },
    async *all() {
      for await (const job of readableJobs(store)) yield shown(job)
    },
    history: (key) => readHistory(store, key),
  }
}
