import { dirname } from 'node:path'
import { AbeyanceError } from '../../core/error.ts'
import { quote } from '../../core/quote.ts'
import type { RequestOptions, ShellAnswer, Transport } from '../transport.ts'
import { fetchFile, type FetchOptions } from './fetch-file.ts'
import type { FileChannel } from './file-channel.ts'
import type { FileLane } from './file-lane.ts'
import { listFiles } from './list-files.ts'
import { readFileRange } from './read-file-range.ts'
import { bytesSource, fileSource, partOf, sendFile } from './send-file.ts'
import { sftpError } from './sftp-error.ts'
import { whyNotWritten } from './why-not-written.ts'

export interface FilesSettings {
  /** For people: `user@host`. */
  readonly host: string
  /** What is small goes on a channel of its own, so that it never waits behind what is large. */
  readonly quick: FileLane
  readonly bulk: FileLane
  /** A shell there, for what SFTP cannot tell, and one that prints what is large. */
  run(script: string, options: RequestOptions): Promise<ShellAnswer>
  readonly stream: Required<Transport>['stream']
}

type Files = Pick<Transport, 'read' | 'write' | 'fetch' | 'list'>

const largestQuick = 2 ** 20

/** Milliseconds for a question about a transfer that is not part of its own time. */
const patience = 10_000

/** Files over SFTP. Paths are absolute, or start with `~/`: SFTP starts in the home folder, as shells do. */
export function remoteFiles({ host, quick, bulk, run, stream }: FilesSettings): Files {
  const digestThere = (path: string, options: RequestOptions) => digestOn(run, path, options)

  async function over<T>(
    lane: FileLane,
    [operation, path]: readonly [string, string],
    options: RequestOptions,
    act: (channel: FileChannel, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return lane.use(`to ${operation} ${path} on ${host}`, options, (channel, signal) =>
      act(channel, signal).catch((error: unknown) => {
        throw sftpError(host, operation, path, error)
      }),
    )
  }

  return {
    read: (path, range, options) =>
      over(range.length <= largestQuick ? quick : bulk, ['read', path], options, (channel) =>
        readFileRange(channel, sftpPath(path), range),
      ),
    async write(path, source, options) {
      const sent = source instanceof Uint8Array ? bytesSource(source) : await fileSource(source.localPath)
      const there = sftpPath(path)
      const ask = (script: string) => run(script, { deadline: patience })
      const explain = (error: unknown) =>
        whyNotWritten(host, path, sftpError(host, 'write', path, error), ask)
      const { mode, progress } = options
      const more = { mode, progress, explain, digestThere: (at: string) => digestThere(at, options) }
      const lane = sent.size <= largestQuick ? quick : bulk
      try {
        await over(lane, ['write', path], options, (channel, signal) =>
          inTurn(`${host} ${partOf(there, sent)}`, () => sendFile(channel, there, sent, { ...more, signal })),
        )
      } catch (error) {
        throw await explain(error)
      }
    },
    async fetch(path, localPath, options) {
      const { deadline, progress } = options
      const more = { progress, digestThere: (at: string) => digestThere(at, options) }
      await over(bulk, ['read', path], options, (channel, signal) =>
        inTurn(`${dirname(localPath)} ${host} ${path}`, () => {
          const pour = pourBy(host, stream, { deadline, signal })
          return fetchFile(channel, sftpPath(path), localPath, { ...more, signal, pour })
        }),
      )
    },
    list: (path, options) =>
      over(quick, ['list', path], options, (channel, signal) =>
        listFiles(channel, sftpPath(path), options.recursive ?? false, signal),
      ),
  }
}

const last = new Map<string, Promise<void>>()

/** Who writes the same bytes to the same place at the same time takes turns, over any way: a part belongs to one at a time. */
function inTurn(key: string, act: () => Promise<void>): Promise<void> {
  const mine = (last.get(key) ?? Promise.resolve()).catch(() => {}).then(act)
  last.set(key, mine)
  return mine.finally(() => {
    if (last.get(key) === mine) last.delete(key)
  })
}

async function digestOn(
  run: FilesSettings['run'],
  path: string,
  options: RequestOptions,
): Promise<string | undefined> {
  const name = shellPath(path)
  const { code, stdout } = await run(`{ sha256sum <${name} || shasum -a 256 <${name}; } 2>/dev/null`, options)
  const [digest] = new TextDecoder().decode(stdout).split(' ')
  return code === 0 && digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined
}

function pourBy(
  host: string,
  stream: FilesSettings['stream'],
  options: RequestOptions,
): FetchOptions['pour'] {
  return async (path, from, output) => {
    const script = `${from === 0 ? 'cat' : `tail -c +${from + 1}`} <${shellPath(path)}`
    const { code, stderr } = await stream(script, { output }, options)
    if (code === 0) return
    const said = new TextDecoder().decode(stderr).trim()
    throw new AbeyanceError('transport-failed', `${host} could not read ${path}: ${said}; it is tried again`)
  }
}

function sftpPath(path: string): string {
  if (path === '~' || path === '~/') return '.'
  return path.startsWith('~/') ? `./${path.slice(2)}` : path
}

/** A path of SFTP for a shell: both start in the home folder. */
export function shellPath(path: string): string {
  return path.startsWith('/') ? quote(path) : `"$HOME"/${quote(path)}`
}
