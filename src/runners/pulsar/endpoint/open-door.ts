import type { Tag } from '../../../core/ids.ts'
import type { RunnerContext } from '../../runner.ts'
import type { Endpoint, Heard } from '../endpoint.ts'
import { answerFiles } from './answer-files.ts'
import type { DoorSettings } from './door-settings.ts'
import { listen, type Listening, type Place } from './listen.ts'
import { openEndpoint } from './open-endpoint.ts'

/** The endpoint of a destination, with what serves it where that is this process. */
export interface Door extends Endpoint {
  /** From now on it is served, where that is our affair: a process that only reads logs serves nothing. Rejects where it cannot be. */
  serve(): Promise<void>
  /** Bytes that this process gave of an attempt's files. */
  given(tag: Tag): number
  close(): Promise<void>
}

export type DoorContext = Pick<RunnerContext, 'endpointFolder' | 'clock' | 'logger' | 'wake'>

/** `count` is told of bytes, both ways. */
export function openDoor(settings: DoorSettings, context: DoorContext, count: (bytes: number) => void): Door {
  const { endpointFolder: folder, clock } = context
  const { place, url, expires } = settings
  const endpoint = openEndpoint({ folder, url, clock, ...(expires !== undefined && { expires }) })
  const given = new Map<Tag, number>()
  const ears: Ears = {
    heard(_, name) {
      if (/\/(claim\.\d+|exit|gone)$/.test(name)) context.wake()
    },
    travelled(tag, way, bytes) {
      count(bytes)
      if (way === 'given') given.set(tag, (given.get(tag) ?? 0) + bytes)
    },
  }
  let lease: Promise<Lease> | undefined
  return {
    ...endpoint,
    async serve() {
      if (place === undefined) return
      lease ??= share({ place, context, ears }).catch((error: unknown) => {
        lease = undefined // the next who needs it tries again
        throw error
      })
      await lease
    },
    given: (tag) => given.get(tag) ?? 0,
    async remove(tag) {
      given.delete(tag)
      await endpoint.remove(tag)
    },
    async close() {
      const held = await lease?.catch(() => undefined)
      lease = undefined
      await held?.end()
    },
  }
}

interface Ears {
  readonly heard: Heard
  travelled(tag: Tag, way: 'given' | 'taken', bytes: number): void
}

interface Lease {
  end(): Promise<void>
}

interface Shared {
  readonly ears: Set<Ears>
  readonly listening: Promise<Listening>
}

const all = new Map<string, Shared>()

/** Destinations of one workspace that say the same place are served together; the last one closes it. */
async function share({
  place,
  context,
  ears,
}: {
  place: Place
  context: DoorContext
  ears: Ears
}): Promise<Lease> {
  const key = `${context.endpointFolder}\n${place.host}:${place.port}`
  const found = all.get(key) ?? start(place, context)
  all.set(key, found)
  found.ears.add(ears)
  const end = async () => {
    found.ears.delete(ears)
    if (found.ears.size > 0) return
    if (all.get(key) === found) all.delete(key)
    await (await found.listening.catch(() => undefined))?.close()
  }
  try {
    await found.listening
  } catch (error) {
    await end()
    throw error
  }
  return { end }
}

function start(place: Place, { endpointFolder: folder, clock, logger }: DoorContext): Shared {
  const ears = new Set<Ears>()
  const answer = answerFiles({
    folder,
    clock,
    logger,
    heard: (tag, name) => ears.forEach((one) => one.heard(tag, name)),
    travelled: (tag, way, bytes) => ears.forEach((one) => one.travelled(tag, way, bytes)),
  })
  return { ears, listening: listen(answer, place) }
}
