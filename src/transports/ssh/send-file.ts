import { createHash, randomUUID } from 'node:crypto'
import { posix } from 'node:path'
import { AbeyanceError } from '../../core/error.ts'
import { stat } from '../../core/system/files.ts'
import { readPieces } from '../../core/system/read-pieces.ts'
import type { FileChannel } from './file-channel.ts'
import { inFlight, inOrder } from './in-flight.ts'
import { makeFolders } from './make-folders.ts'
import { putInPlace } from './put-in-place.ts'
import { closeFile, openFile, setOpen, statOpen, writePiece } from './sftp-calls.ts'
import { noSuchFile, sftpCode } from './sftp-error.ts'

/** Bytes to be sent. The same ones have the same identity, so that a part of them that is there already is known again. */
export interface Source {
  readonly identity: string
  readonly size: number
  /** What is there of it already may be gone on with. */
  readonly resumable: boolean
  /** Each is whole only until the next one is asked for. */
  chunks(from: number, size: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** Says that the bytes are still those of the identity. */
  check(): Promise<void>
  digest(): Promise<string>
}

export interface SendOptions {
  readonly mode: number | undefined
  readonly signal: AbortSignal
  readonly progress: ((done: number, total: number) => void) | undefined
  /** The SHA-256 of a file there, in hexadecimal; undefined where it cannot be told. */
  digestThere(path: string): Promise<string | undefined>
  /** Finds out what a fault means, as long as what led to it is still there. */
  explain(error: unknown): Promise<unknown>
}

const thisProcess = randomUUID()

/** Larger files are gone on with after a cut. */
export const worthResuming = 8 * 2 ** 20

export function bytesSource(bytes: Uint8Array): Source {
  return {
    identity: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    resumable: false,
    *chunks(_from, size) {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    },
    async check() {},
    digest: () => Promise.resolve(''),
  }
}

export async function fileSource(path: string): Promise<Source> {
  const identify = async () => {
    const { dev, ino, size, mtimeNs } = await stat(path)
    return { size: Number(size), identity: [dev, ino, size, mtimeNs, path].join(' ') }
  }
  const { size, identity } = await identify()
  return {
    identity,
    size,
    resumable: size >= worthResuming,
    chunks: (from, chunk) => readPieces(path, from, chunk),
    async check() {
      if ((await identify()).identity !== identity)
        throw new AbeyanceError('changed-file', `${path} changed while it was sent: try again`)
    },
    async digest() {
      const hash = createHash('sha256')
      for await (const chunk of readPieces(path, 0, 2 ** 20)) hash.update(chunk)
      return hash.digest('hex')
    },
  }
}

/** Sends bytes to a temporary name beside `path` and moves them there; folders above are made. */
export async function sendFile(
  channel: FileChannel,
  path: string,
  source: Source,
  options: SendOptions,
): Promise<void> {
  const part = partOf(path, source)
  const resumed = await sendPart(channel, part, source, source.resumable, options)
  try {
    await source.check()
    // A machine that went down in between may have kept less than it said.
    if (resumed && (await options.digestThere(part)) !== (await source.digest()))
      await sendPart(channel, part, source, false, options)
    await putInPlace(channel, part, path)
  } catch (error) {
    if (channel.isOpen) await channel.files((files) => files.delete(part, true)).catch(() => {})
    throw error
  }
}

/** One name for the same bytes in the same place: what a cut left there is taken over, by this process or a later one. */
export function partOf(path: string, { identity, resumable }: Source): string {
  const name = createHash('sha256')
    .update([posix.basename(path), identity, resumable ? '' : thisProcess].join('\n'))
    .digest('hex')
    .slice(0, 24)
  return posix.join(posix.dirname(path), `.${name}.part`)
}

/** Resolves with whether a part that was there already was gone on with. */
async function sendPart(
  channel: FileChannel,
  part: string,
  source: Source,
  mayResume: boolean,
  { mode, signal, progress, explain }: SendOptions,
): Promise<boolean> {
  const { handle, from } = await openPart(channel, part, source, mayResume)
  try {
    if (mode !== undefined) await setOpen(channel, handle, { mode })
    let done = from
    await inOrder(pieces(channel, handle, source, from), Math.ceil(inFlight / channel.piece), (count) => {
      done += count
      progress?.(done, source.size)
      return !signal.aborted
    })
    await closeFile(channel, handle) // a full disk may be told only here
    if (signal.aborted) throw new AbeyanceError('aborted', 'a transfer was stopped')
    if (done !== source.size)
      throw new AbeyanceError('changed-file', 'the file became shorter while it was sent: try again')
  } catch (error) {
    await closeFile(channel, handle).catch(() => {})
    const told = channel.isOpen && !signal.aborted ? await explain(error) : error
    const keep = source.resumable && (signal.aborted || !channel.isOpen)
    if (!keep) await channel.files((files) => files.delete(part, true)).catch(() => {})
    throw told
  }
  return from > 0
}

async function openPart(channel: FileChannel, part: string, source: Source, mayResume: boolean) {
  if (mayResume) {
    const handle = await openFile(channel, part, 'r+').catch((error: unknown) => {
      if (sftpCode(error) === noSuchFile) return undefined
      throw error
    })
    if (handle) {
      const { size } = await statOpen(channel, handle)
      // What was under way at the cut may have arrived in part, and in any order.
      if (size <= source.size) return { handle, from: Math.max(0, size - inFlight) }
      await closeFile(channel, handle)
    }
  }
  try {
    return { handle: await openFile(channel, part, 'w'), from: 0 }
  } catch (error) {
    if (sftpCode(error) !== noSuchFile) throw error
    await makeFolders(channel, posix.dirname(part))
    return { handle: await openFile(channel, part, 'w'), from: 0 }
  }
}

/** A few pieces are read at a time; ssh2 copies what it is told to write, so what was read is free again at once. */
async function* pieces(channel: FileChannel, handle: Buffer, source: Source, from: number) {
  const { piece } = channel
  let position = from
  for await (const chunk of source.chunks(from, 4 * piece))
    for (let at = 0; at < chunk.length; at += piece) {
      const [bytes, place] = [chunk.subarray(at, at + piece), position]
      position += bytes.length
      yield async () => {
        await writePiece(channel, handle, bytes, place)
        return bytes.length
      }
    }
}
