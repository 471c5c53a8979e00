import { resolve } from 'node:path'
import { v7 } from 'uuid'
import { systemClock } from '../core/clock.ts'
import { workspaceId, type JobKey, type WorkspaceId } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import { memorySize } from '../core/memory-size.ts'
import { silent } from '../core/logger.ts'
import { makeFolder } from '../core/system/files.ts'
import type { JobEvent } from '../monitor/job-monitor.ts'
import { openMonitor, type OpenMonitor } from '../monitor/open-monitor.ts'
import { openOutbox } from '../monitor/open-outbox.ts'
import type { Outbox } from '../monitor/outbox.ts'
import { lowdbStore } from '../records/lowdb.ts'
import { pinId } from '../records/pins.ts'
import type { RecordStore } from '../records/record-store.ts'
import { openDigestMemo } from '../signatures/digest-memo.ts'
import { openObjects } from '../staging/objects.ts'
import { closeAll } from './close-all.ts'
import { openFarFiles, wayAmong } from './far-files.ts'
import { openFiles } from './files.ts'
import { guardedObjects } from './guarded-objects.ts'
import type { Interior } from './interior.ts'
import { catalogOf, knownTypes } from './known-types.ts'
import { openDestinations, routesOf, usualLogCap, type OpenDestination } from './open-destinations.ts'
import type { Destination, OpenOptions } from './open-options.ts'
import { stateFolder } from './state-folder.ts'
import { openWaits } from './waits.ts'

export interface ClosableInterior extends Interior {
  close(): Promise<void>
}

interface Around {
  readonly signal: AbortSignal
  /** A wait is over. */
  over(key: JobKey): void
  /** A job or host changed; from the first moment on. */
  heard(event: JobEvent): void
}

/** Opens the parts from below: records with their lock first, then what works on them; closed the other way round. */
export async function openInterior(
  path: string,
  options: OpenOptions,
  around: Around,
): Promise<ClosableInterior> {
  const parting: (() => Promise<void>)[] = []
  const close = () => closeAll(parting.toReversed())
  try {
    return { ...(await openParts(resolve(path), options, around, parting)), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Every part that was opened adds how it is closed to `parting`. */
async function openParts(
  folder: string,
  options: OpenOptions,
  { signal, over, heard }: Around,
  parting: (() => Promise<void>)[],
): Promise<Interior> {
  const state = stateFolder(folder)
  const { clock = systemClock, logger = silent } = options
  const store = options.store ?? (await lowdbStore(state.records, { logger, takeOver: options.takeOver }))
  parting.push(() => store.close())
  await makeFolder(state.logs)
  const id = await identity(store)
  const objects = guardedObjects(await openObjects(state.objects))
  let monitor: OpenMonitor | undefined
  const shared = { store, clock, logger }
  const reading = readers({ store, state, objects }, () => destinations)
  const destinations: ReadonlyMap<string, OpenDestination> = openDestinations(options.destinations ?? {}, {
    state,
    workspace: id,
    objects,
    far: reading.far,
    ...shared,
    ...keeping(options),
    wake: (name) => monitor?.wake(name),
  })
  parting.push(...[...destinations.values()].flatMap(partingOf))
  const runnerOf = (name: string) => destinations.get(name)?.runner
  const outbox = outboxOf(options, shared)
  parting.push(() => outbox.close())
  const opened = await openMonitor({
    ...shared,
    workspace: id,
    outbox,
    destinations: watched(destinations),
    logFolder: state.logs,
    heard,
    ...pacing(options),
  })
  parting.push(() => opened.close())
  monitor = opened
  const waits = openWaits({ ...shared, outbox, tokenKey: state.tokenKey, signal, runnerOf, over })
  parting.push(async () => waits.close())
  return {
    folder,
    state,
    id,
    ...shared,
    objects,
    signal,
    destinations,
    outbox,
    waits,
    monitor: opened,
    ...named(options),
    ...reading,
    memo: await openDigestMemo(state.memo, clock),
    routes: routesOf(options, state),
  }
}

/** What is known by name. */
function named(options: OpenOptions): Pick<Interior, 'types' | 'catalog' | 'recipients'> {
  const recipients = new Set(Object.keys(options.notifiers ?? {}))
  return { types: knownTypes(options), catalog: catalogOf(options), recipients }
}

/** Files as they are read, wherever they are. */
function readers(
  { store, state, objects }: Pick<Interior, 'store' | 'state' | 'objects'>,
  destinations: () => ReadonlyMap<string, OpenDestination>,
): Pick<Interior, 'files' | 'far'> {
  const far = openFarFiles({
    objects,
    folder: state.logs,
    wayTo: async (name) => wayAmong(destinations(), name),
    forget: ({ digest, at }) => store.remove([pinId({ digest, destination: at.destination })]),
  })
  return { far, files: openFiles(objects, state.kept, far) }
}

function keeping({ logCap = usualLogCap, hosts }: OpenOptions) {
  return { logCap, hosts }
}

function pacing({ monitor = {}, logs = {} }: OpenOptions) {
  return { settings: monitor, logs }
}

function outboxOf(
  { notifiers = {}, notices = [], outbox: settings = {} }: OpenOptions,
  around: Pick<Interior, 'store' | 'clock' | 'logger'>,
): Outbox {
  return openOutbox({ ...around, notifiers: new Map(Object.entries(notifiers)), rules: notices, settings })
}

function partingOf({ runner, settings }: OpenDestination) {
  return [() => settings.transport.close(), () => runner.close()]
}

/** The workspace's own name, made once; part of every tag, so that a copy of its folder names the same jobs. */
async function identity(store: RecordStore): Promise<WorkspaceId> {
  const kept = await store.get({ kind: 'workspace', key: 'id' })
  if (isJsonObject(kept) && typeof kept['id'] === 'string') return workspaceId(kept['id'])
  const id = v7()
  await store.put([{ kind: 'workspace', key: 'id', value: { id } }])
  return workspaceId(id)
}

function watched(destinations: ReadonlyMap<string, OpenDestination>) {
  return new Map(
    [...destinations].map(([name, { runner, settings }]) => [
      name,
      {
        name,
        runner,
        limits: limitsOf(settings),
        gathers: (settings.arrays ?? false) !== false && settings.runner.arrays === true,
        defaults: settings,
        ...(settings.logs && { logs: settings.logs }),
      },
    ]),
  )
}

function limitsOf({ limits: { memory, ...others } = {} }: Destination) {
  return memory === undefined ? others : { ...others, memory: memorySize(memory) }
}
