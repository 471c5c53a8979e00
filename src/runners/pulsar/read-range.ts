import type { LogAnswer, LogRange } from '../runner.ts'
import { isOwn } from '../streams.ts'
import type { Offsets } from './attempts.ts'
import { readText, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import type { Call } from './server.ts'

const notStarted = {
  why: 'not-started',
  sentence: 'The job has not started yet, or its folder is gone from the server.',
} as const

/** A reader that is far behind catches up over several looks. */
const piecesAtOnce = 32

/**
 * Bytes of a stream from an offset (rules L1, L2): its pieces, each asked for once by its offset. Where that is none that is known, the list of
 * offsets is read; where the pieces are gone, the stream itself, which a server gives from its beginning only.
 */
export async function readRange(hold: Hold, range: LogRange, call: Call): Promise<LogAnswer> {
  const { tag, incarnation, stream } = range
  const attempt = hold.attempts.of(tag)
  const key = `${incarnation} ${stream}`
  const known = attempt.streams.get(key) ?? (await firstOffsets(hold, range, call))
  if (known === undefined) return { kind: 'unavailable', tag, incarnation, stream, ...notStarted }
  attempt.streams.set(key, known)
  const read: Pieces = new Map()
  await learn(hold, range, { known, read }, call)
  const size = known.end
  const offset = range.offset < 0 ? Math.max(0, size + range.offset) : range.offset
  const bytes =
    offset >= size ? new Uint8Array() : await readPieces(hold, range, { offset, known, read }, call)
  // Nobody comes back for a piece that was read to its end.
  if (known.last && offset + bytes.length >= known.last.start + known.last.bytes.length) delete known.last
  return { kind: 'chunk', tag, incarnation, stream, offset, bytes, size }
}

/** Those of this one answer by where they begin: what was asked for to learn how far the stream goes is not asked for again. */
type Pieces = Map<number, Uint8Array>

interface Known {
  readonly known: Offsets
  readonly read: Pieces
}

/** Undefined where the incarnation has not begun, or is gone. */
async function firstOffsets(hold: Hold, range: LogRange, call: Call): Promise<Offsets | undefined> {
  const { tag, incarnation } = range
  const known = await readOffsets(hold, range, call)
  if (known) return known
  if (hold.attempts.of(tag).incarnation >= incarnation) return { starts: [], end: 0 }
  const claim = await readText(hold, tag, homeOf(tag).claim(incarnation), call)
  if (claim !== undefined) return { starts: [], end: 0 }
  return undefined
}

/** All offsets that are written down; the last one's piece is there, and says where it ends. */
async function readOffsets(hold: Hold, range: LogRange, call: Call): Promise<Offsets | undefined> {
  const { tag, incarnation, stream } = range
  const text = await readText(hold, tag, homeOf(tag).offsets(incarnation, stream), call)
  if (text === undefined) return undefined
  const starts = [...new Set([...text.matchAll(/^\d+$/gm)].map(([line]) => Number(line)))].toSorted(
    (a, b) => a - b,
  )
  const last = starts.at(-1)
  if (last === undefined) return { starts: [], end: 0 }
  const bytes = await hold.server.read(tag, homeOf(tag).piece(incarnation, stream, last), call)
  if (bytes === undefined) return { starts: starts.slice(0, -1), end: last }
  return { starts, end: last + bytes.length, last: { start: last, bytes } }
}

/** Asks for what comes next, until there is nothing new. After the end, the exit says how much there must be. */
async function learn(hold: Hold, range: LogRange, { known, read }: Known, call: Call): Promise<void> {
  for (let count = 0; count < piecesAtOnce; count += 1) {
    const whole = wholeSize(hold, range)
    if (whole !== undefined && known.end >= whole) return
    // A reader who is behind has enough to read first.
    if (range.offset >= 0 && known.end - range.offset >= range.limit) return
    const start = known.end
    const bytes = await pieceAt(hold, range, known, start, call)
    if (bytes !== undefined && bytes.length > 0) {
      read.set(start, bytes)
      // Another reader of the same stream may have learned of it meanwhile.
      if (known.end === start) {
        known.starts.push(start)
        known.end += bytes.length
      }
    } else if (whole === undefined) return
    else {
      const again = await readOffsets(hold, range, call)
      Object.assign(known, again && again.end > known.end ? again : { end: whole })
      return
    }
  }
}

function wholeSize({ attempts }: Hold, { tag, incarnation, stream }: LogRange): number | undefined {
  const { ended, sizes } = attempts.of(tag)
  return isOwn(stream) && ended?.incarnation === incarnation ? sizes?.[stream] : undefined
}

async function readPieces(
  hold: Hold,
  range: LogRange,
  { offset, known, read }: Known & { readonly offset: number },
  call: Call,
): Promise<Uint8Array> {
  const end = Math.min(offset + range.limit, known.end)
  const pieces: Uint8Array[] = []
  let at = offset
  for (let count = 0; at < end && count < piecesAtOnce; count += 1) {
    const start = startBefore(known.starts, at)
    const bytes =
      start === undefined ? undefined : (read.get(start) ?? (await pieceAt(hold, range, known, start, call)))
    if (start === undefined || bytes === undefined || start + bytes.length <= at)
      return count > 0 ? Buffer.concat(pieces) : readStream(hold, range, at, end - at, call)
    const part = bytes.subarray(at - start, end - start)
    pieces.push(part)
    at += part.length
  }
  return new Uint8Array(Buffer.concat(pieces))
}

function startBefore(starts: readonly number[], at: number): number | undefined {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return starts[low - 1]
}

async function pieceAt(
  hold: Hold,
  { tag, incarnation, stream }: LogRange,
  known: Offsets,
  start: number,
  call: Call,
): Promise<Uint8Array | undefined> {
  if (known.last?.start === start) return known.last.bytes
  const bytes = await hold.server.read(tag, homeOf(tag).piece(incarnation, stream, start), call)
  if (bytes !== undefined) known.last = { start, bytes }
  return bytes
}

/** From the stream itself: all before it travels in vain. */
async function readStream(
  hold: Hold,
  { tag, incarnation, stream }: LogRange,
  offset: number,
  length: number,
  call: Call,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let [at, left] = [0, length]
  const sink = async (piece: Uint8Array) => {
    const part = piece.subarray(Math.max(0, offset - at)).subarray(0, left)
    at += piece.length
    left -= part.length
    if (part.length > 0) pieces.push(part)
    return left > 0
  }
  await hold.server.stream(tag, homeOf(tag).stream(incarnation, stream), sink, call)
  return new Uint8Array(Buffer.concat(pieces))
}
