import { Agent as PlainAgent, request as plain, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import { openTurns, type Turns } from '../../transports/ssh/turns.ts'
import { wayFault } from './way-fault.ts'

/** One request to a Pulsar server. All that it is told stands in the query, its token too: nothing of that may be in an error. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the server's address, each name encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Body
  /** For people, in errors: `asking for the state of j2abc`. */
  readonly what: string
  /** Not over a connection that was used before, which may be closed at the other end without our knowing. */
  readonly fresh?: true
  /** Milliseconds in which nothing comes or goes; a minute when not given. */
  readonly patience?: number
  readonly signal?: AbortSignal
  /** Handed a good answer's body as it comes, instead of having it kept; false ends it early. */
  readonly sink?: (bytes: Uint8Array) => Promise<boolean>
}

export interface Body {
  readonly size: number
  /** Made anew where a request is repeated. A piece is used before the next is asked for. */
  bytes(): AsyncIterable<Uint8Array>
}

export interface Reply {
  readonly code: number
  readonly bytes: Uint8Array
}

export interface Way {
  send(exchange: Exchange): Promise<Reply>
  close(): void
}

export interface WayOptions {
  readonly url: URL
  readonly token?: string
  readonly clock: Clock
  /** Told of bytes, both ways. */
  count(bytes: number): void
}

/** The server has four threads, and a slow upload keeps one for as long as it takes. */
const most = { requests: 3, uploads: 2 }
/** Below the two seconds after which the server closes a connection that nobody uses. */
const idleFor = 900
/** A status brings the heads of four streams and all names along. */
const longestAnswer = 64 * 2 ** 20

export function openWay(options: WayOptions): Way {
  const isSecure = options.url.protocol === 'https:'
  const settings = { keepAlive: true, timeout: idleFor, maxSockets: most.requests }
  const agent = isSecure ? new SecureAgent(settings) : new PlainAgent(settings)
  const places = placesOf(options.url.host)
  const once = (exchange: Exchange, own: boolean) =>
    exchangeOnce({ ...options, begin: isSecure ? secure : plain, agent: own ? false : agent }, exchange)

  async function send(exchange: Exchange): Promise<Reply> {
    try {
      return await once(exchange, exchange.fresh ?? false)
    } catch (error) {
      // The server closed a kept connection just as it was used: it read nothing of the request.
      if (!isAbeyanceError(error) || error.details['reused'] !== true || exchange.signal?.aborted) throw error
      return once(exchange, true)
    }
  }

  return {
    send(exchange) {
      const inPlace = () => inTurn(places.requests, exchange, () => send(exchange))
      return exchange.body ? inTurn(places.uploads, exchange, inPlace) : inPlace()
    },
    close: () => agent.destroy(),
  }
}

interface Places {
  readonly requests: Turns
  readonly uploads: Turns
}

const places = new Map<string, Places>()

/** All that this process asks of one server, by whatever name it has here. */
function placesOf(host: string): Places {
  const found = places.get(host) ?? {
    requests: openTurns(most.requests),
    uploads: openTurns(most.uploads),
  }
  places.set(host, found)
  return found
}

async function inTurn<T>(turns: Turns, { signal, what }: Exchange, act: () => Promise<T>): Promise<T> {
  const turn = turns.take()
  try {
    await turn.granted
    if (signal?.aborted) throw new AbeyanceError('aborted', `${what} was stopped`)
    return await act()
  } finally {
    turn.giveBack()
  }
}

interface Line extends WayOptions {
  readonly begin: typeof plain
  readonly agent: PlainAgent | false
}

async function exchangeOnce(line: Line, exchange: Exchange): Promise<Reply> {
  const { method, body, what, patience = 60_000, signal } = exchange
  const { url, clock } = line
  const late = openLate(clock, patience)
  const stopped = signal ? AbortSignal.any([signal, late.signal]) : late.signal
  const headers = { 'content-length': body?.size ?? 0 }
  const request = line.begin(addressOf(line, exchange), {
    method,
    headers,
    agent: line.agent,
    signal: stopped,
  })
  let answered = false
  try {
    const answer = answerOf(request)
    const sent = sendBody(request, body, line, late.touch)
    // An answer may come before the body has gone; a body that cannot be read ends the request.
    const response = await Promise.race([answer, sent.then(() => answer)])
    answered = true
    return await readReply(response, exchange, line, late.touch)
  } catch (error) {
    if (isAbeyanceError(error)) throw error
    if (signal?.aborted) throw new AbeyanceError('aborted', `${what} was stopped`)
    if (late.signal.aborted)
      throw new AbeyanceError('request-timeout', `${url.host} was silent for ${patience} ms: ${what}`)
    throw wayFault(url.host, what, error, request.reusedSocket && !answered)
  } finally {
    late.end()
    request.destroy()
  }
}

function addressOf({ url, token }: WayOptions, { path, query = {} }: Exchange): URL {
  const address = new URL(path, url)
  address.search = new URLSearchParams({
    ...query,
    ...(token !== undefined && { private_token: token }),
  }).toString()
  return address
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject) // stays: a connection may break after the answer, too
  })
  answer.catch(() => {}) // where reading the body failed first, that is the fault
  return answer
}

async function sendBody(
  request: ClientRequest,
  body: Body | undefined,
  { count }: WayOptions,
  touch: () => void,
): Promise<void> {
  if (body)
    for await (const piece of body.bytes()) {
      await new Promise<void>((resolve, reject) => {
        request.write(piece, (error) => (error ? reject(error) : resolve()))
      })
      count(piece.length)
      touch()
    }
  request.end()
}

async function readReply(
  response: IncomingMessage,
  { sink, what }: Exchange,
  { url, count }: WayOptions,
  touch: () => void,
): Promise<Reply> {
  const code = response.statusCode ?? 0
  const pieces: Uint8Array[] = []
  let size = 0
  const pieceByPiece: AsyncIterable<Buffer> = response
  for await (const piece of pieceByPiece) {
    touch()
    count(piece.length)
    if (code === 200 && sink) {
      if (!(await sink(piece))) break
      continue
    }
    size += piece.length
    if (size > longestAnswer)
      throw new AbeyanceError('transport-failed', `${url.host} answered more than is read: ${what}`, {
        details: { odd: true },
      })
    pieces.push(piece)
  }
  return { code, bytes: Buffer.concat(pieces) }
}

/** Aborts when nothing has come or gone for as long. */
function openLate(clock: Clock, patience: number) {
  const controller = new AbortController()
  const start = () => clock.setTimeout(() => controller.abort(), patience)
  let timer = start()
  return {
    signal: controller.signal,
    touch() {
      clock.clearTimeout(timer)
      timer = start()
    },
    end: () => clock.clearTimeout(timer),
  }
}

/** A small one, of a text. */
export function textBody(text: string): Body {
  const bytes = Buffer.from(text)
  return {
    size: bytes.length,
    async *bytes() {
      yield bytes
    },
  }
}
