import { join } from 'node:path'
import { AbeyanceError } from '../../core/error.ts'
import { openAppendFile } from '../../core/system/append-file.ts'
import { makeFolder, remove, rename, statIfThere } from '../../core/system/files.ts'
import { publish } from '../../core/system/publish.ts'
import type { NativeId } from '../../core/ids.ts'
import type { KeptStream } from '../keep-stream.ts'
import type { FetchQuestion } from '../runner.ts'
import { jobStreams, ownStreams, type Stream } from '../streams.ts'
import { findNative, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { isOver, type Call } from './server.ts'

/** Keeps the streams of a job that ended, up to the cap: half head, half tail, with a `.json` beside it that says the gap (rule J5). */
export async function keepStreams(
  hold: Hold,
  { tag, incarnation }: FetchQuestion,
  call: Call,
): Promise<void> {
  const native = await findNative(hold, tag, call)
  const { sizes } = hold.attempts.of(tag)
  const isLost = await isAllBrought(hold, native, call)
  const keptAt = (stream: Stream) => join(hold.context.logFolder, `${tag}.${incarnation}.${stream}`)
  await Promise.all([
    ...ownStreams.map((stream) => {
      const name = homeOf(tag).stream(incarnation, stream)
      return keepStream(hold, { id: tag, name, kept: keptAt(stream), size: sizes?.[stream], isLost }, call)
    }),
    ...jobStreams.map((stream) => {
      // The server's own, under its own id for the job; where nothing can be read, what came of it.
      const from = hold.isBlind
        ? { id: tag, name: homeOf(tag).stream(incarnation, stream) }
        : { id: native, name: stream }
      return keepStream(hold, { ...from, kept: keptAt(stream), size: undefined, isLost }, call)
    }),
  ])
}

/** Behind a broker a server brings a file once, and calls the job over when it is through, whatever became of that. */
async function isAllBrought(
  { server, isBlind = false }: Hold,
  native: NativeId,
  call: Call,
): Promise<boolean> {
  return isBlind && isOver(await server.look(native, call))
}

interface Keeping {
  readonly id: string
  readonly name: string
  readonly kept: string
  /** As its exit says. */
  readonly size: number | undefined
  /** What of it is not here will not come any more. */
  readonly isLost: boolean
}

/** A server gives a file from its beginning to its end, so all of it travels; what is kept in memory is the tail. */
async function keepStream(
  { server, context }: Hold,
  { id, name, kept, size: said, isLost }: Keeping,
  call: Call,
) {
  await makeFolder(context.logFolder)
  if (await statIfThere(kept)) return
  const most = { head: Math.ceil(context.logCap / 2), tail: Math.floor(context.logCap / 2) }
  const temporary = `${kept}.${process.pid}.tmp`
  await remove(temporary)
  const file = await openAppendFile(temporary)
  let [size, head] = [0, 0]
  const tail = tailOf(most.tail)
  let isWhole = false
  try {
    const sink = async (piece: Uint8Array) => {
      size += piece.length
      const first = piece.subarray(0, most.head - head)
      head += first.length
      if (first.length > 0) await file.append(first)
      tail.push(piece.subarray(first.length))
      return true
    }
    const isThere = await server.stream(id, name, sink, call)
    if (!isThere && said === undefined) return
    if (size < (said ?? 0) && !isLost)
      throw new AbeyanceError(
        'transport-failed',
        `${server.name} did not give all of ${name}; it is fetched again`,
      )
    for (const piece of tail.pieces()) await file.append(piece)
    await file.sync()
    isWhole = true
  } finally {
    await file.close()
    if (!isWhole) await remove(temporary)
  }
  const isShort = size < (said ?? 0) && head + tail.size() === size
  // What is there of one that did not come whole is its beginning.
  const left = isShort ? { size: said ?? 0, head: size, tail: 0 } : { size, head, tail: tail.size() }
  // First what says the gap: a stream that is there without it is whole.
  if (left.head + left.tail < left.size)
    await publish(`${kept}.json`, JSON.stringify(left satisfies KeptStream))
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
