import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Stats } from 'ssh2'
import { AbeyanceError } from '../../core/error.ts'
import { openAppendFile } from '../../core/system/append-file.ts'
import { makeFolder, remove, rename, statIfThere } from '../../core/system/files.ts'
import { readPieces } from '../../core/system/read-pieces.ts'
import type { FileChannel } from './file-channel.ts'
import { inFlight, inOrder } from './in-flight.ts'
import { closeFile, openFile, readPiece, statFile } from './sftp-calls.ts'
import { worthResuming, type SendOptions } from './send-file.ts'

export type FetchOptions = Pick<SendOptions, 'signal' | 'progress' | 'digestThere'>

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
    if (!resumable || (channel.isOpen && !options.signal.aborted)) await remove(part)
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
  { signal, progress }: FetchOptions,
): Promise<boolean> {
  const { host, piece } = channel
  const there = Number((await statIfThere(part))?.size ?? 0)
  const from = there <= size ? there : 0
  const file = await openAppendFile(part)
  try {
    if (there > size) await file.truncate(0)
    const handle = await openFile(channel, path, 'r')
    try {
      let done = from
      const spare: Buffer[] = []
      await inOrder(pieces(from), Math.ceil(inFlight / piece), async (bytes) => {
        await file.append(bytes)
        if (bytes.length === piece) spare.push(bytes)
        done += bytes.length
        progress?.(done, size)
        return !signal.aborted
      })
      if (signal.aborted) throw new AbeyanceError('aborted', `fetching ${path} from ${host} was stopped`)
      if (done !== size)
        throw new AbeyanceError('changed-file', `${path} on ${host} changed while it was fetched: try again`)

      function* pieces(start: number) {
        for (let at = start; at < size; at += piece) {
          const buffer = (spare.pop() ?? Buffer.allocUnsafe(piece)).subarray(0, size - at)
          yield () => readPiece(channel, handle, buffer, at)
        }
      }
    } finally {
      await closeFile(channel, handle).catch(() => {})
    }
  } finally {
    await file.close()
  }
  return from > 0
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readPieces(path, 0, 2 ** 20)) hash.update(chunk)
  return hash.digest('hex')
}
