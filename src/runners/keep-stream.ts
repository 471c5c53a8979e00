import { join, posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, parseJson } from '../core/json.ts'
import { openAppendFile } from '../core/system/append-file.ts'
import { makeFolder, readTextIfThere, remove, rename, statIfThere } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { listFolder } from './list-folder.ts'
import type { RequestOptions } from '../transports/transport.ts'
import type { RunnerContext } from './runner.ts'

/** What of a stream is kept: `head` and `tail` bytes of `size`; they stand one after the other in the kept file. */
export interface KeptStream {
  readonly size: number
  readonly head: number
  readonly tail: number
}

const piece = 2 ** 20

/** Keeps a stream of a job that ended, up to the cap: half head, half tail, with a `.json` beside it that says the gap (rule J5). Whether there is one. */
export async function keepStream(
  { transport, logFolder, logCap }: RunnerContext,
  path: string,
  name: string,
  request: RequestOptions,
): Promise<boolean> {
  const kept = join(logFolder, name)
  await makeFolder(logFolder)
  if (await statIfThere(kept)) return true
  const stream = (await listFolder(transport, posix.dirname(path), request)).find(
    (file) => file.path === posix.basename(path),
  )
  if (!stream) return false
  const { size } = stream
  if (size <= logCap) {
    await transport.fetch(path, kept, request)
    return true
  }

  const head = Math.ceil(logCap / 2)
  const tail = logCap - head
  const temporary = `${kept}.${process.pid}.tmp`
  await remove(temporary)
  const file = await openAppendFile(temporary)
  try {
    const copy = async (from: number, to: number) => {
      for (let at = from; at < to;) {
        const bytes = await transport.read(path, { offset: at, length: Math.min(piece, to - at) }, request)
        if (bytes.length === 0)
          throw new AbeyanceError('changed-file', `${path} became shorter while it was read: try again`)
        await file.append(bytes)
        at += bytes.length
      }
    }
    await copy(0, head)
    await copy(size - tail, size)
    await file.sync()
  } finally {
    await file.close()
  }
  // First what says the gap: a stream that is there without it is whole.
  await publish(`${kept}.json`, JSON.stringify({ size, head, tail } satisfies KeptStream))
  await rename(temporary, kept)
  return true
}

/** What is kept of a stream, `path` being the kept file; undefined where none is kept. */
export async function readKeptStream(path: string): Promise<KeptStream | undefined> {
  const found = await statIfThere(path)
  if (!found) return undefined
  const gap = await readTextIfThere(`${path}.json`)
  const size = Number(found.size)
  if (gap === undefined) return { size, head: size, tail: 0 }
  return asKept(path, parseJson(gap))
}

function asKept(path: string, gap: unknown): KeptStream {
  if (isJsonObject(gap)) {
    const { size, head, tail } = gap
    if (typeof size === 'number' && typeof head === 'number' && typeof tail === 'number')
      return { size, head, tail }
  }
  throw new AbeyanceError(
    'workspace-damaged',
    `${path}.json should say what was left out of the stream beside it`,
  )
}
