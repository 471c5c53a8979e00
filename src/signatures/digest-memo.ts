import type { Clock } from '../core/clock.ts'
import { digest, type Digest } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { openShelf } from '../core/shelf.ts'
import type { FileStat } from '../core/system/files.ts'
import { identityOf } from './file-identity.ts'

/** Remembers digests of files that have not changed since, by device, inode, size and both times, so that nothing is read twice (rule S3). */
export interface DigestMemo {
  /** The digest remembered for this file, else the one that `hash` makes. */
  digest(file: FileStat, hash: () => Promise<Digest>): Promise<Digest>
  /** Writes down what is new since the last save; resolves when kill -9 would not lose it. */
  save(): Promise<void>
}

// A write soon after another may leave the times as they are: file systems tick as rarely as every 2 s.
const restlessMilliseconds = 2000

/** Opens the memo kept at `path`; of more than `limit` files the longest unused are forgotten. */
export async function openDigestMemo(path: string, clock: Clock, limit = 20_000): Promise<DigestMemo> {
  const shelf = await openShelf(path, readMemo)
  const known = new Map(Object.entries(shelf.value.digests))
  let dirty = false
  const keep = (key: string, value: string) => {
    known.delete(key)
    known.set(key, value) // last, as the latest used
    const oldest = known.keys().next()
    if (known.size > limit && oldest.done !== true) known.delete(oldest.value)
  }
  return {
    async digest(file, hash) {
      const key = identityOf(file)
      const remembered = known.get(key)
      if (remembered !== undefined) {
        keep(key, remembered)
        return digest(remembered)
      }
      const began = clock.now() // before reading: what is written while we read could leave the times as they are
      const fresh = await hash()
      if (began - lastTouched(file) >= restlessMilliseconds) {
        keep(key, fresh)
        dirty = true
      }
      return fresh
    },
    async save() {
      if (!dirty) return
      dirty = false
      try {
        await shelf.save({ format: 1, digests: Object.fromEntries(known) })
      } catch (error) {
        dirty = true
        throw error
      }
    },
  }
}

interface MemoDocument {
  readonly [key: string]: Json
  readonly format: 1
  readonly digests: Readonly<Record<string, string>>
}

/** What cannot be read costs only a second reading of the files. */
function readMemo(json: Json | undefined): MemoDocument {
  const digests: Record<string, string> = {}
  if (isJsonObject(json) && json['format'] === 1 && isJsonObject(json['digests']))
    for (const [key, value] of Object.entries(json['digests']))
      if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) digests[key] = value
  return { format: 1, digests }
}

/** Milliseconds since 1970. A time in the future, of a clock that went wrong, is never old enough. */
function lastTouched(file: FileStat): number {
  return Number(file.mtimeNs > file.ctimeNs ? file.mtimeNs : file.ctimeNs) / 1e6
}
