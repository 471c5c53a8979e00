import type { Client, SFTPWrapper } from 'ssh2'
import type SftpClient from 'ssh2-sftp-client'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import { channelError, lost } from './channel-error.ts'

/** A channel that carries files, on a connection that it shares with shells. */
export interface FileChannel {
  readonly host: string
  readonly client: Client
  /** Has ssh2-sftp-client do what it knows how to do; rejects when the channel closes. */
  files<T>(act: (files: SftpClient) => Promise<T>): Promise<T>
  /** One call of the protocol itself, for what has to be under way many times at once, or be resumed. */
  call<T>(act: (raw: SFTPWrapper, done: Done<T>) => void): Promise<T>
  /** Bytes that one request may carry. */
  readonly piece: number
  readonly isOpen: boolean
  readonly closed: Promise<void>
  close(): void
}

export type Done<T> = (error: Error | undefined | null, value: T) => void

export async function openFileChannel(client: Client, host: string): Promise<FileChannel> {
  const { default: Files } = await import('ssh2-sftp-client')
  const raw = await openWhole(client, host)
  // The package listens to its client once for each call under way.
  client.setMaxListeners(0)
  // It would connect by itself; handed a client and a channel, it works on those. Ending them is not its business.
  const files = Object.assign(new Files(host, { error() {}, end() {}, close() {} }), { client, sftp: raw })
  const pending = openPending(host)
  const closed = new Promise<void>((resolve) => {
    raw.on('close', () => {
      pending.end()
      raw.end() // ssh2 leaves it to us to close our side
      resolve()
    })
  })
  raw.on('error', () => {}) // it is closed next
  return {
    host,
    client,
    piece: largestPiece(raw),
    get isOpen() {
      return pending.isOpen
    },
    closed,
    files: (act) => pending.settle(() => act(files)),
    call: <T>(act: (raw: SFTPWrapper, done: Done<T>) => void) =>
      pending.settle(
        () =>
          new Promise<T>((resolve, reject) => {
            act(raw, (error, value) => {
              if (error) reject(error)
              else resolve(value)
            })
          }),
      ),
    close: () => raw.end(),
  }
}

/** ssh2 never answers what is asked of a channel that closed: what waits on one is rejected here. */
function openPending(host: string) {
  let isOpen = true
  const waiting = new Set<(error: Error) => void>()
  return {
    get isOpen() {
      return isOpen
    },
    settle<T>(act: () => Promise<T>): Promise<T> {
      if (!isOpen) return Promise.reject(lost(host, 'the request was not sent'))
      return new Promise((resolve, reject) => {
        waiting.add(reject)
        act()
          .finally(() => waiting.delete(reject))
          .then(resolve, reject)
      })
    },
    end() {
      isOpen = false
      for (const reject of waiting) reject(lost(host, 'what was under way may have been carried out'))
    },
  }
}

/** ssh2 also hands over a channel whose connection broke as it opened: that one is never said to close. */
async function openWhole(client: Client, host: string): Promise<SFTPWrapper> {
  let isBroken = false
  const note = () => (isBroken = true)
  client.once('close', note)
  try {
    const raw = await openSftp(client, host)
    if (isBroken) throw lost(host, 'nothing was asked of it yet')
    return raw
  } finally {
    client.off('close', note)
  }
}

function openSftp(client: Client, host: string): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    try {
      client.sftp((error, sftp) => {
        if (error) reject(noFiles(host, channelError(host, error)))
        else resolve(sftp)
      })
    } catch (error) {
      reject(channelError(host, error)) // ssh2 throws where there is no connection
    }
  })
}

function noFiles(host: string, error: AbeyanceError): AbeyanceError {
  if (!isAbeyanceError(error, 'transport-failed')) return error
  return new AbeyanceError(
    'transport-failed',
    `${host} carries no files: ${error.message}. Its sshd must offer SFTP (Subsystem sftp), and no login script may print where nobody reads`,
    { cause: error },
  )
}

/**
 * What ssh2 carries in one packet to this server. Of more it sends the rest later, from a buffer that may hold something
 * else by then.
 */
function largestPiece(raw: SFTPWrapper): number {
  const known: unknown = Reflect.get(raw, '_maxWriteLen')
  return typeof known === 'number' ? Math.min(known, largest) : anyServer
}

const anyServer = 31 * 1024
const largest = 255 * 1024
