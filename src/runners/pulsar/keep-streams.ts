import { join } from 'node:path'
import { AbeyanceError } from '../../core/error.ts'
import { openAppendFile } from '../../core/system/append-file.ts'
import { makeFolder, remove, rename, statIfThere } from '../../core/system/files.ts'
import { publish } from '../../core/system/publish.ts'
import type { KeptStream } from '../keep-stream.ts'
import type { FetchQuestion, Stream } from '../runner.ts'
import type { Hold } from './hold.ts'
import { homeOf } from './home.ts'
import type { Call } from './server.ts'

/** Keeps the streams of a job that ended, up to the cap: half head, half tail, with a `.json` beside it that says the gap (rule J5). */
export async function keepStreams(
  hold: Hold,
  { tag, incarnation }: FetchQuestion,
  call: Call,
): Promise<void> {
  const streams: readonly Stream[] = ['stdout', 'stderr']
  for (const stream of streams) {
    const kept = join(hold.context.logFolder, `${tag}.${incarnation}.${stream}`)
    const size = hold.attempts.of(tag).sizes?.[stream]
    await keepStream(hold, { tag, name: homeOf(tag).stream(incarnation, stream), kept, size }, call)
  }
}

interface Keeping {
  readonly tag: FetchQuestion['tag']
  readonly name: string
  readonly kept: string
  /** As its exit says. */
  readonly size: number | undefined
}

/** A server gives a file from its beginning to its end, so all of it travels; what is kept in memory is the tail. */
async function keepStream({ server, context }: Hold, { tag, name, kept, size: said }: Keeping, call: Call) {
  await makeFolder(context.logFolder)
  if (await statIfThere(kept)) return
  const most = { head: Math.ceil(context.logCap / 2), tail: Math.floor(context.logCap / 2) }
  const temporary = `${kept}.${process.pid}.tmp`
  await remove(temporary)
  const file = await openAppendFile(temporary)
  let [size, head] = [0, 0]
  const tail = tailOf(most.tail)
  try {
    const sink = async (piece: Uint8Array) => {
      size += piece.length
      const first = piece.subarray(0, most.head - head)
      head += first.length
      if (first.length > 0) await file.append(first)
      tail.push(piece.subarray(first.length))
      return true
    }
    const isThere = await server.stream(tag, name, sink, call)
    if (!isThere && (said ?? 0) > 0)
      throw new AbeyanceError('transport-failed', `${server.name} did not give ${name}; it is fetched again`)
    if (!isThere && said === undefined) return
    if (size < (said ?? 0))
      throw new AbeyanceError('transport-failed', `${name} arrived cut off; it is fetched again`)
    for (const piece of tail.pieces()) await file.append(piece)
    await file.sync()
  } finally {
    await file.close()
    if (size < (said ?? 0)) await remove(temporary)
  }
  const left = { size, head, tail: tail.size() }
  // First what says the gap: a stream that is there without it is whole.
  if (left.head + left.tail < size) await publish(`${kept}.json`, JSON.stringify(left satisfies KeptStream))
  await rename(temporary, kept)
}

/** The last bytes of what comes by. */
function tailOf(most: number) {
  const pieces: Uint8Array[] = []
  let size = 0
  return {
    push(piece: Uint8Array) {
      if (piece.length === 0) return
      pieces.push(new Uint8Array(piece))
      size += piece.length
      for (let first = pieces[0]; first && size > most; first = pieces[0]) {
        const more = Math.min(first.length, size - most)
        size -= more
        if (more === first.length) pieces.shift()
        else pieces[0] = first.subarray(more)
      }
    },
    pieces: () => pieces,
    size: () => size,
  }
}
