import type { Client, ClientChannel } from 'ssh2'
import { AbeyanceError } from '../../core/error.ts'
import type { ShellAnswer } from '../transport.ts'
import { channelError, lost } from './channel-error.ts'
import { frame, greeting, makeNonce, type Frame } from './frame.ts'
import { framedStream, type Framed } from './framed-stream.ts'
import { remember } from './remembered.ts'

/** A shell that waits on a channel of its own, and runs one script after the other. */
export interface RemoteShell {
  /** The connection it is on: a process of this id on another one may be another machine's. */
  readonly client: Client
  /** Its process there; with it ends the process group in which its scripts run. */
  readonly pid: number
  /** Runs a script, one at a time. Rejects with `connection-lost` where the shell ended before the answer was whole. */
  ask(script: string): Promise<ShellAnswer>
  readonly isOpen: boolean
  /** Resolves when the channel is closed. */
  readonly closed: Promise<void>
  /** Closes the channel: the shell comes to its end, what it runs goes on. */
  close(): void
}

/**
 * Starts a shell and waits until it answers, past all that a login prints. `path` is a POSIX shell there; the user's own
 * login shell need not be one, it only has to know `exec`.
 */
export async function startShell(client: Client, host: string, path: string): Promise<RemoteShell> {
  const channel = await openChannel(client, host, `exec ${path} -s`)
  const shell = listen(channel, host)
  const tell = remember()
  const { number: pid } = await shell.exchange(greeting).catch((error: unknown) => {
    throw shell.said === '' ? error : noShell(host, path, shell.said)
  })
  return {
    client,
    pid,
    async ask(script) {
      const { number, stdout, stderr } = await shell.exchange((nonce) => frame(nonce, script, path, tell))
      return { code: exitCode(number), stdout, stderr }
    },
    get isOpen() {
      return shell.isOpen
    },
    closed: shell.closed,
    close: () => channel.close(),
  }
}

export function openChannel(client: Client, host: string, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    try {
      client.exec(command, (error, channel) => {
        if (error) reject(channelError(host, error))
        else resolve(channel)
      })
    } catch (error) {
      reject(channelError(host, error)) // ssh2 throws where there is no connection
    }
  })
}

interface Exchange {
  readonly number: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/** Both streams are read from the first moment: a channel whose streams are not read comes to a halt. */
function listen(channel: ClientChannel, host: string) {
  let isOpen = true
  let said = ''
  let hear: (from: 'stdout' | 'stderr', chunk: Uint8Array) => void = () => {}
  let fail: (error: AbeyanceError) => void = () => {}
  const closed = new Promise<void>((resolve) => {
    channel.on('close', () => {
      isOpen = false
      fail(lost(host, 'what was under way may have been carried out'))
      resolve()
    })
  })
  // What the shell left running may hold the channel open; nobody answers on it any more.
  channel.on('exit', () => {
    isOpen = false
    channel.close()
  })
  channel.on('data', (chunk: Uint8Array) => hear('stdout', chunk))
  channel.stderr.on('data', (chunk: Uint8Array) => hear('stderr', chunk))
  channel.on('error', () => {}) // it is closed next

  return {
    get isOpen() {
      return isOpen
    },
    /** What came outside of any frame while the last exchange was under way, at most its first kilobyte. */
    get said() {
      return said.trim()
    },
    closed,
    exchange(make: (nonce: string) => Frame): Promise<Exchange> {
      return new Promise((resolve, reject) => {
        if (!isOpen) return reject(lost(host, 'the request was not sent'))
        const nonce = makeNonce()
        const { text, rest } = make(nonce)
        const sendRest = () => void (rest !== undefined && channel.write(rest))
        const streams = { stdout: framedStream(nonce, sendRest), stderr: framedStream(nonce) }
        const found: { stdout?: Framed; stderr?: Framed } = {}
        said = ''
        fail = reject
        hear = (from, chunk) => {
          if (said.length < 1024) said += Buffer.from(chunk).toString('utf8', 0, 1024)
          const framed = streams[from](chunk)
          if (framed) found[from] = framed
          if (!found.stdout || !found.stderr) return
          hear = () => {}
          resolve({ number: found.stdout.number, stdout: found.stdout.bytes, stderr: found.stderr.bytes })
        }
        channel.write(text)
      })
    },
  }
}

/** Shells say 128 and the signal of a process that a signal ended; Korn shells say 256 and the signal. */
function exitCode(number: number): number {
  return number > 255 ? 128 + (number % 128) : number
}

function noShell(host: string, path: string, said: string): AbeyanceError {
  return new AbeyanceError(
    'transport-failed',
    `${host} started no shell: ${path} did not answer, and the login said: ${said.slice(0, 500)}`,
  )
}
