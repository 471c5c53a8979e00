import { availableParallelism, totalmem } from 'node:os'
import { byteSize } from '../core/byte-size.ts'
import type { Clock } from '../core/clock.ts'
import type { WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Runner } from '../runners/runner.ts'
import { local as localRunner } from '../runners/local.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { rationed } from '../runners/rationed.ts'
import { metered } from '../transports/metered.ts'
import { local as localTransport } from '../transports/local.ts'
import { bookOf } from './budget-of.ts'
import type { FarFiles } from './far-files.ts'
import type { Destination, OpenOptions } from './open-options.ts'
import type { Routes } from './routes.ts'
import type { StateFolder } from './state-folder.ts'

export interface OpenDestination {
  readonly name: string
  readonly settings: Destination
  readonly runner: Runner
}

interface Context {
  readonly state: StateFolder
  readonly workspace: WorkspaceId
  readonly objects: ObjectStore
  readonly clock: Clock
  readonly logger: Logger
  readonly logCap: number
  /** Where budgets of hosts are kept. */
  readonly hosts?: (() => Promise<string>) | undefined
  /** What does not come home; without it, all does. */
  readonly far?: Pick<FarFiles, 'bring' | 'lost'>
  wake(destination: string): void
}

/** Bytes of a stream that are kept in the workspace when its job ends (rule J5). */
export const usualLogCap = 64 * 1024 * 1024

/** Every destination with its runner; `local` is there without being named: plain processes here, as many at once as cores and memory allow. */
export function openDestinations(
  named: Readonly<Record<string, Destination>>,
  context: Context,
): ReadonlyMap<string, OpenDestination> {
  const all = settingsOf(named, context.state)
  const machines = new Map([...all].map(([name, { transport }]) => [name, transport.name]))
  return new Map([...all].map(([name, settings]) => [name, open(name, settings, context, machines)]))
}

/** What the choice of a destination needs to know; nothing is opened for it. */
export function routesOf(options: OpenOptions, state: StateFolder): Routes {
  const known = [...settingsOf(options.destinations ?? {}, state)].map(
    ([name, { runner, tags = [], arrays = false, ...adds }]) =>
      [name, { runner, tags, adds, goAlone: arrays !== false && runner.arrays !== true }] as const,
  )
  return {
    destinations: new Map(known),
    default: options.defaultDestination ?? 'local',
    byType: options.route ?? {},
  }
}

/** Every destination that there is, with `local`, which need not be named. */
export function settingsOf(
  named: Readonly<Record<string, Destination>>,
  state: StateFolder,
): ReadonlyMap<string, Destination> {
  return new Map(Object.entries({ local: here(state), ...named }))
}

function open(
  name: string,
  settings: Destination,
  { state, wake, far, ...context }: Context,
  machines: ReadonlyMap<string, string>,
): OpenDestination {
  const { arrays = false } = settings
  const { clock, logger, hosts = async () => state.hosts } = context
  const book = bookOf(settings, hosts)
  // What does not travel costs nobody's network.
  const isFar = settings.transport.stream !== undefined
  const transport = isFar ? metered(settings.transport, { book, clock, logger }) : settings.transport
  const isNear = (other: string) => machines.get(other) === settings.transport.name
  const opened = settings.runner.open({
    ...context,
    usage: book,
    transport,
    workFolder: settings.workFolder,
    logFolder: state.logs,
    endpointFolder: state.endpoint,
    ...(settings.schedulerCommandsPerHour !== undefined && {
      schedulerCommandsPerHour: settings.schedulerCommandsPerHour,
    }),
    ...(far && { places: { ...far, own: name, isNear } }),
    ...(arrays !== false && { arrays: arrays === true ? {} : arrays }),
    wake: () => wake(name),
  })
  const bytesPerHour = settings.bytesPerHour === undefined ? Infinity : byteSize(settings.bytesPerHour)
  const ration = { destination: name, bytesPerHour, book, clock }
  const runner = bytesPerHour === Infinity ? opened : rationed(opened, ration)
  return { name, settings: { ...settings, transport }, runner }
}

function here(state: StateFolder): Destination {
  return {
    runner: localRunner(),
    transport: localTransport(),
    workFolder: state.work,
    limits: { cores: availableParallelism(), memory: `${Math.floor(totalmem() / 2 ** 20)} MiB` },
  }
}
