import { join, resolve } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { statIfThere } from '../core/system/files.ts'
import { readJob } from '../monitor/kept-job.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { memoryStore } from '../records/memory.ts'
import { readLowdbStore } from '../records/read-lowdb.ts'
import { openDigestMemo } from '../signatures/digest-memo.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { openObjects } from '../staging/objects.ts'
import { openFarFiles, wayAmong, type FarFiles } from './far-files.ts'
import { openFiles } from './files.ts'
import { catalogOf, knownTypes } from './known-types.ts'
import { routesOf, settingsOf } from './open-destinations.ts'
import type { OpenOptions } from './open-options.ts'
import { planPipeline } from './plan-run.ts'
import { stateFolder, type StateFolder } from './state-folder.ts'
import type { Transport } from '../transports/transport.ts'
import type { Plan, StartOptions } from './workspace.ts'

/** What a run would do in a workspace (rule R8), without driving it: also beside a driver, also where no workspace is yet. */
export async function planBeside(
  folder: string,
  options: OpenOptions,
  pipeline: Pipeline,
  start: StartOptions,
  wayTo?: FarFiles['wayTo'],
): Promise<Plan> {
  const root = resolve(folder)
  const state = stateFolder(root)
  const { clock = systemClock } = options
  const isThere = (await statIfThere(state.records)) !== undefined
  const objects = isThere ? await openObjects(state.objects) : noObjects(state.objects)
  const store = isThere ? await readLowdbStore(state.records) : memoryStore()
  const memo = await openDigestMemo(state.memo, clock)
  const ways = ownWays(options, state)
  const far = openFarFiles({ objects, folder: state.logs, wayTo: wayTo ?? ways.wayTo })
  try {
    const planning = {
      folder: root,
      store,
      objects,
      clock,
      files: openFiles(objects, state.kept, far),
      far,
      memo: isThere ? memo : { ...memo, save: () => Promise.resolve() },
      types: knownTypes(options),
      catalog: catalogOf(options),
      routes: routesOf(options, state),
      jobOf: (key: Parameters<typeof readJob>[1]) => readJob(store, key),
    }
    return await planPipeline(planning, pipeline, start)
  } finally {
    await ways.close()
    await store.close()
  }
}

/** The ways to destinations, for as long as it takes to plan. */
function ownWays(options: OpenOptions, state: StateFolder) {
  const named = [...settingsOf(options.destinations ?? {}, state)]
  const destinations = new Map(named.map(([name, settings]) => [name, { settings }]))
  const used = new Set<Transport>()
  return {
    async wayTo(name: string) {
      const transport = wayAmong(destinations, name)
      used.add(transport)
      return transport
    },
    close: async () => void (await Promise.all([...used].map((transport) => transport.close()))),
  }
}

/** Where no workspace is yet: planning makes nothing, so it finds nothing kept. */
function noObjects(folder: string): ObjectStore {
  const refuse = () =>
    Promise.reject(new AbeyanceError('internal', `planning keeps no file; please report it`))
  return {
    keep: refuse,
    keepBytes: refuse,
    has: () => Promise.resolve(false),
    path: (digest) => join(folder, digest),
    async *all() {},
    remove: () => Promise.resolve(),
  }
}
