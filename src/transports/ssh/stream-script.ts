import type { Client, ClientChannel } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError } from '../../core/error.ts'
import { orAborted } from '../../core/or-aborted.ts'
import { quote } from '../../core/quote.ts'
import type { ByteFlow, Transport } from '../transport.ts'
import { lost } from './channel-error.ts'
import type { SharedConnection } from './connection.ts'
import { countdown } from './countdown.ts'
import { makeNonce } from './frame.ts'
import { inTime } from './in-time.ts'
import { openOn } from './open-on.ts'
import { openChannel } from './remote-shell.ts'
import { openTurns } from './turns.ts'

export interface StreamSettings {
  readonly connection: SharedConnection
  readonly clock: Clock
  /** The POSIX shell there: an absolute path. */
  readonly shell: string
}

/** What complaints of a script are kept of, and room for what it says of ten thousand files. */
const largestStderr = 2 ** 22

/** Scripts with streams of bytes, one at a time, each on a channel of its own. */
export function openStreams({ connection, clock, shell }: StreamSettings): Required<Transport>['stream'] {
  const turns = openTurns(1)
  return async (script, flow, options) => {
    const { name } = connection
    const rest = countdown(clock, options)
    const turn = turns.take()
    try {
      await inTime(`waiting for a stream to ${name}`, clock, rest(), turn.granted)
      const what = `a stream to ${name}`
      const signal = options.signal ?? new AbortController().signal
      const open = async (client: Client) => {
        const channel = await openChannel(client, name, `exec ${shell} -s`)
        return { channel, closed: closing(channel), close: () => channel.close() }
      }
      const inUse = () => false
      const way = await openOn(connection, clock, what, signal, open, inUse)
      return await inTime(what, clock, rest(), carry(way.channel, name, shell, script, flow)).finally(
        way.close,
      )
    } finally {
      turn.giveBack()
    }
  }
}

function closing(channel: ClientChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.on('close', () => resolve())
    channel.on('error', () => {}) // it is closed next
  })
}

/** The script is a command that the shell reads to its end before it says that it began: what follows is the script's own. */
async function carry(channel: ClientChannel, host: string, shell: string, script: string, flow: ByteFlow) {
  const nonce = makeNonce()
  const closed = closing(channel)
  let code: number | undefined
  channel.on('exit', (given: number | null) => (code = given ?? 128))
  const stderr: Uint8Array[] = []
  let length = 0
  const complaints = pastBegin(nonce, (bytes) => {
    if ((length += bytes.length) <= largestStderr) stderr.push(bytes)
  })
  channel.stderr.on('data', complaints)
  const begun = new Promise<void>((resolve) => channel.on('begun', resolve))
  const reading = read(channel, nonce, flow)
  const begin = `printf '\\n%s begin\\n' ${nonce}`
  channel.write(`{ ${begin} >&2; ${begin}\nABEYANCE_SHELL=${quote(shell)}\n( ${script}\n)\nexit "$?"\n}\n`)
  const feeding = Promise.race([begun, closed]).then(() => feed(channel, flow, closed))
  await Promise.all([reading, feeding])
  await closed
  if (code === undefined) throw lost(host, 'what was under way may have been carried out')
  return { code, stderr: Buffer.concat(stderr) }
}

/** Hands on what arrives, each piece as it is: many small ones are not joined first, which would copy all of them. */
function read(channel: ClientChannel, nonce: string, { output }: ByteFlow): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      channel.close()
      reject(error)
    }
    const take = (bytes: Uint8Array) => {
      const taking = output?.(bytes)
      if (taking === undefined) return
      channel.pause()
      taking.then(() => channel.resume(), fail)
    }
    const past = pastBegin(nonce, take, () => channel.emit('begun'))
    channel.on('data', (chunk: Uint8Array) => {
      try {
        past(chunk)
      } catch (error) {
        fail(error)
      }
    })
    channel.on('end', resolve)
    channel.on('close', resolve)
  })
}

async function feed(channel: ClientChannel, { input }: ByteFlow, closed: Promise<void>): Promise<void> {
  const shut = new AbortController()
  void closed.then(() => shut.abort())
  try {
    for await (const bytes of input ?? []) {
      if (shut.signal.aborted || !channel.writable) return // it ended without reading everything, and says why
      await orAborted(new Promise((resolve) => channel.write(bytes, resolve)), shut.signal)
    }
    channel.end()
  } catch (error) {
    channel.close()
    throw error instanceof AbeyanceError
      ? error
      : new AbeyanceError('internal', String(error), { cause: error })
  }
}

/** Hands on what comes after the line that says that the script began, however it is cut. */
function pastBegin(nonce: string, take: (bytes: Uint8Array) => void, begins: () => void = () => {}) {
  const mark = Buffer.from(`\n${nonce} begin\n`)
  let rest: Buffer | undefined = Buffer.alloc(0)
  return (chunk: Uint8Array) => {
    if (rest === undefined) return take(chunk)
    const data = Buffer.concat([rest, chunk])
    const at = data.indexOf(mark)
    if (at < 0) return void (rest = data.subarray(Math.max(0, data.length - mark.length)))
    rest = undefined
    begins()
    if (data.length > at + mark.length) take(data.subarray(at + mark.length))
  }
}
