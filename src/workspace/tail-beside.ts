import { Observable } from '../monitor/observables.ts'
import { sleep, type Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { JobKey, WorkspaceId } from '../core/ids.ts'
import { workspaceId } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import type { Logger } from '../core/logger.ts'
import { openBell } from '../monitor/bell.ts'
import { openFollower, type Follower } from '../monitor/follower.ts'
import type { LogFrom, LogNews, LogOptions } from '../monitor/job-monitor.ts'
import { logPace } from '../monitor/log-pace.ts'
import { pumpLog } from '../monitor/log-stream.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RecordReader } from '../records/read-lowdb.ts'
import type { Stream } from '../runners/streams.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { openDestinations, usualLogCap, type OpenDestination } from './open-destinations.ts'
import type { Destination, OpenOptions } from './open-options.ts'
import type { StateFolder } from './state-folder.ts'

export interface BesideContext {
  readonly state: StateFolder
  readonly reader: RecordReader
  readonly objects: ObjectStore
  readonly destinations: Readonly<Record<string, Destination>>
  readonly clock: Clock
  readonly logger: Logger
  readonly logs: LogSettings
  readonly books?: OpenOptions['hosts']
}

/** Logs for a process that does not drive: it looks for itself, and settles nothing, so that the driver misses nothing. */
export interface TailBeside {
  /** Without `from`: the tail. */
  log$(key: JobKey, stream: Stream, from?: LogFrom, options?: LogOptions): Observable<LogNews>
  /** The destinations, opened when they are first asked for, here or by a log. */
  destinations(): Promise<ReadonlyMap<string, OpenDestination>>
  close(): Promise<void>
}

// How often the records are read again, and how close together two looks may come, in milliseconds.
const refreshEvery = 250
const lookGap = 20

export function tailBeside(context: BesideContext): TailBeside {
  const { reader, clock, state, logs, destinations } = context
  const stop = new AbortController()
  const bell = openBell<JobKey>()
  const hosts = lazyHosts(context, stop.signal)
  const follow = async (key: JobKey, signal: AbortSignal) => {
    while (!signal.aborted) {
      await sleep(clock, refreshEvery, signal)
      await reader.refresh()
      bell.ring(key)
    }
  }
  return {
    log$: (key, stream, from, { until, room } = {}) =>
      new Observable((subscriber) => {
        const end = new AbortController()
        const signal = AbortSignal.any([end.signal, stop.signal])
        const read = async () => {
          const { followers } = await hosts()
          const tail = {
            store: reader,
            logFolder: state.logs,
            bell,
            followerOf: (name: string) => followers.get(name),
            paceOf: (job: JobRecord) => logPace(logs, destinations[job.destination]?.logs, job.logs),
          }
          await pumpLog(tail, { key, stream, from, until }, { subscriber, signal, room })
        }
        const done = read().then(
          () => subscriber.complete(),
          (error: unknown) => (signal.aborted ? subscriber.complete() : subscriber.error(error)),
        )
        void Promise.race([follow(key, signal), done])
        return () => end.abort()
      }),
    destinations: async () => (await hosts()).destinations,
    async close() {
      stop.abort()
      await hosts.close()
    },
  }
}

/** Opens the destinations when the first log is read: most readers read none. */
function lazyHosts(context: BesideContext, signal: AbortSignal) {
  let opened:
    | Promise<{
        followers: ReadonlyMap<string, Follower>
        destinations: ReadonlyMap<string, OpenDestination>
      }>
    | undefined
  const open = async () => {
    const { state, objects, clock, logger } = context
    const workspace = await identity(context.reader)
    const shared = {
      state,
      objects,
      clock,
      logger,
      workspace,
      logCap: usualLogCap,
      hosts: context.books,
      wake() {},
    }
    const destinations = openDestinations(context.destinations, shared)
    const followers = new Map(
      [...destinations].map(([name, destination]) => [name, pumped(destination, context, signal)]),
    )
    return { followers, destinations }
  }
  const hosts = () => (opened ??= open())
  hosts.close = async () => {
    if (!opened) return
    for (const { runner, settings } of (await opened).destinations.values()) {
      await runner.close()
      await settings.transport.close()
    }
  }
  return hosts
}

/** A follower that asks its host itself, one question at a time, when what it is asked for is due. */
function pumped(
  { runner }: OpenDestination,
  { clock, logger }: BesideContext,
  signal: AbortSignal,
): Follower {
  let pumping = false
  const pump = async () => {
    pumping = true
    while (follower.waiting() && !signal.aborted) {
      const wait = follower.due()
      if (wait > 0) {
        await sleep(clock, Math.min(wait, refreshEvery), signal) // another reader may ask meanwhile
        continue
      }
      const ranges = follower.take()
      try {
        follower.answer(
          ranges,
          (await runner.look({ jobs: [], doubtful: new Set(), ranges }, { signal })).logs,
        )
      } catch (error) {
        logger.debug({ error: messageOf(error) }, 'the log could not be read now; it is asked for again')
      }
      await sleep(clock, lookGap, signal)
    }
    pumping = false
  }
  const asked = () => {
    if (!pumping) void pump()
  }
  const follower = openFollower({ clock, asked })
  return follower
}

async function identity(reader: RecordReader): Promise<WorkspaceId> {
  const kept = await reader.get({ kind: 'workspace', key: 'id' })
  return workspaceId(isJsonObject(kept) && typeof kept['id'] === 'string' ? kept['id'] : '')
}
