import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Stats } from 'ssh2'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import { openAppendFile, type AppendFile } from '../../core/system/append-file.ts'
import { makeFolder, remove, rename, statIfThere } from '../../core/system/files.ts'
import { readPieces } from '../../core/system/read-pieces.ts'
import type { FileChannel } from './file-channel.ts'
import { giveBack } from './give-back.ts'
import { inFlight, inOrder } from './in-flight.ts'
import { closeFile, openFile, readPiece, statFile, statOpen } from './sftp-calls.ts'
import { worthResuming, type SendOptions } from './send-file.ts'

export interface FetchOptions extends Pick<SendOptions, 'signal' | 'progress' | 'digestThere'> {
  /** Has a shell there print a file from an offset, for what is large: half the work of SFTP, which asks for each piece. Pieces are the taker's own. */
  pour(path: string, from: number, take: (bytes: Uint8Array) => Promise<void> | void): Promise<void>
}

/** Brings a file to a temporary name beside `localPath` and moves it there; a large one is gone on with after a cut. */
export async function fetchFile(
  channel: FileChannel,
  path: string,
  localPath: string,
  options: FetchOptions,
): Promise<void> {
  const { size, mtime } = await statRegular(channel, path)
  const resumable = size >= worthResuming
  const part = resumable
    ? partBeside(localPath, `${channel.host}:${path} ${size} ${mtime}`)
    : unique(localPath)
  await makeFolder(dirname(localPath))
  try {
    const resumed = await fetchPart(channel, path, part, size, options)
    // A machine that went down in between may have kept less than it said.
    if (resumed && (await options.digestThere(path)) !== (await digestOf(part))) {
      await remove(part)
      await fetchPart(channel, path, part, size, options)
    }
    await rename(part, localPath)
  } catch (error) {
    const isCut = !channel.isOpen || options.signal.aborted || isAbeyanceError(error, 'connection-lost')
    if (!resumable || !isCut) await remove(part)
    throw error
  }
}

/** What may be read without waiting for anybody: a pipe would hold up all that its server has to do. */
export async function statRegular(channel: FileChannel, path: string): Promise<Stats> {
  const found = await statFile(channel, path)
  if (found.isFile()) return found
  const what = found.isDirectory() ? 'a folder' : 'no regular file'
  throw new AbeyanceError('invalid-value', `${path} on ${channel.host} is ${what}: give a file`)
}

function partBeside(localPath: string, identity: string): string {
  return join(dirname(localPath), `.${createHash('sha256').update(identity).digest('hex').slice(0, 24)}.part`)
}

let fetched = 0

function unique(localPath: string): string {
  return partBeside(localPath, `${basename(localPath)} ${process.pid} ${++fetched}`)
}

/** Resolves with whether a part that was there already was gone on with. */
async function fetchPart(
  channel: FileChannel,
  path: string,
  part: string,
  size: number,
  options: FetchOptions,
): Promise<boolean> {
  const there = Number((await statIfThere(part))?.size ?? 0)
  const from = there <= size ? there : 0
  const file = await openAppendFile(part)
  try {
    if (there > size) await file.truncate(0)
    const range = { path, from, size }
    const done = await (size >= worthResuming
      ? pourInto(file, range, options)
      : readInto(file, channel, range, options))
    if (options.signal.aborted)
      throw new AbeyanceError('aborted', `fetching ${path} from ${channel.host} was stopped`)
    if (done !== size)
      throw new AbeyanceError(
        'changed-file',
        `${path} on ${channel.host} changed while it was fetched: try again`,
      )
  } finally {
    await file.close()
  }
  return from > 0
}

interface Range {
  readonly path: string
  readonly from: number
  readonly size: number
}

const written = 2 ** 20

/** Gives how far it came; while one batch is written, the next one arrives. */
async function pourInto(
  file: AppendFile,
  { path, from, size }: Range,
  { pour, progress }: FetchOptions,
): Promise<number> {
  let [done, arrived] = [from, 0]
  let batch: Uint8Array[] = []
  let writing = Promise.resolve()
  const flush = () => {
    const [full, before] = [batch, writing]
    ;[batch, arrived] = [[], 0]
    writing = before.then(() => file.appendAll(full)).then(() => full.forEach(giveBack))
    writing.catch(() => {}) // told by the next, or at the end
    progress?.(done, size)
    return before
  }
  try {
    await pour(path, from, (bytes) => {
      batch.push(bytes)
      done += bytes.length
      arrived += bytes.length
      return arrived < written ? undefined : flush()
    })
  } finally {
    await flush()
    await writing
  }
  return done
}

/** As `pourInto`; -1 where the file is not of that size. */
async function readInto(
  file: AppendFile,
  channel: FileChannel,
  { path, from, size }: Range,
  { signal, progress }: FetchOptions,
): Promise<number> {
  const { piece } = channel
  const handle = await openFile(channel, path, 'r')
  let done = from
  const spare: Buffer[] = []
  function* pieces() {
    for (let at = from; at < size; at += piece) {
      const buffer = (spare.pop() ?? Buffer.allocUnsafe(piece)).subarray(0, size - at)
      yield () => readPiece(channel, handle, buffer, at)
    }
  }
  try {
    // What an open file says of itself is new; of a path a client of NFS tells what it heard within the last minute.
    if ((await statOpen(channel, handle)).size !== size) return -1
    await inOrder(pieces(), Math.ceil(inFlight / piece), async (bytes) => {
      await file.append(bytes)
      if (bytes.length === piece) spare.push(bytes)
      done += bytes.length
      progress?.(done, size)
      return !signal.aborted
    })
  } finally {
    await closeFile(channel, handle).catch(() => {})
  }
  return done
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readPieces(path, 0, 2 ** 20)) hash.update(chunk)
  return hash.digest('hex')
}
