import { digest as asDigest, type Digest } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import { pinnedIn, type FarFile } from '../staging/places.ts'
import type { JobRecord } from './job-record.ts'
import type { Readable } from './kept-run.ts'
import type { Entry, RecordId } from './record-store.ts'

/**
 * A file that stays on a destination, kept there by its content. The record is put with the end of the job that made it, and
 * removed once the machine let go of it, or has lost it: so nothing is left there that nobody knows of.
 */
export interface Pin {
  readonly destination: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** On that machine. */
  readonly path: string
}

const prefix = 'pin/'

/** What is put with a job's end, for what it made and left there. */
export function pinEntries({ state, spec }: JobRecord): readonly Entry[] {
  if (state.kind !== 'succeeded' && state.kind !== 'cancelled') return []
  const entries = new Map<string, Entry>()
  for (const [name, value] of Object.entries(state.outputs ?? {})) {
    const output = spec.outputs[name]
    if (output === undefined || !('stays' in output)) continue // what merely reads like a file, in JSON that it wrote
    for (const { digest, size, at } of pinnedIn(value)) {
      const { destination, path } = at
      const id = pinId({ destination, digest })
      entries.set(id.key, { ...id, value: { destination, digest, size, path } })
    }
  }
  return [...entries.values()]
}

export function pinId({ destination, digest }: Pick<Pin, 'destination' | 'digest'>): RecordId {
  return { kind: 'workspace', key: `${prefix}${destination}/${digest}` }
}

/** All that stays on destinations, as far as is known. */
export async function readPins(store: Pick<Readable, 'all'>): Promise<readonly Pin[]> {
  const pins: Pin[] = []
  for await (const { value } of store.all('workspace', prefix)) {
    if (!isJsonObject(value)) continue
    const { destination, digest, size, path } = value
    if (typeof destination !== 'string' || typeof digest !== 'string' || typeof path !== 'string') continue
    pins.push({ destination, digest: asDigest(digest), size: Number(size), path })
  }
  return pins
}

/** Whether a file is known to be where it says. */
export async function isPinned(store: Pick<Readable, 'get'>, { digest, at }: FarFile): Promise<boolean> {
  const kept = await store.get(pinId({ destination: at.destination, digest }))
  return isJsonObject(kept) && kept['path'] === at.path
}
