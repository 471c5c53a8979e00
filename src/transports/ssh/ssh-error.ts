import { AbeyanceError, isAbeyanceError, messageOf, type ErrorCode } from '../../core/error.ts'

/** What a fault of a connection means, told of a host; errors of ours stay as they are. */
export function sshError(host: string, error: unknown): AbeyanceError {
  if (isAbeyanceError(error)) return error
  const { code, words } = meaningOf(error)
  return new AbeyanceError(code, `${host} ${words}`, { cause: error })
}

/** A host that said nothing within the time for a connection. */
export function silentHost(host: string, milliseconds: number): AbeyanceError {
  const message = `${host} let ${Math.round(milliseconds / 1000)} s pass without completing a connection; it is tried again: check network, address and port if it lasts`
  return new AbeyanceError('unreachable', message)
}

export function brokenOff(host: string): AbeyanceError {
  return new AbeyanceError('connection-lost', `${host} ${droppedEarly}`)
}

interface Meaning {
  readonly code: ErrorCode
  /** What follows the host's name. */
  readonly words: string
}

const droppedEarly =
  'closed the connection before the login; it is tried again: too many may connect at once (sshd: MaxStartups), or an address is banned'

function meaningOf(error: unknown): Meaning {
  const message = messageOf(error)
  if (error instanceof Error && 'reason' in error && error.reason === administrativelyProhibited)
    return {
      code: 'unsupported',
      words: `is behind a host that lets no connections through (sshd: AllowTcpForwarding): ${message}`,
    }
  const bySystem = systemFaults[textOf(error, 'code')]
  if (bySystem) return bySystem
  const byWords = wordFaults.find(([words]) => words.test(message))
  if (byWords) return { code: byWords[1], words: byWords[2].replace('$', () => message) }
  return {
    code: 'transport-failed',
    words: `broke off: ${message || textOf(error, 'code')}; it is tried again`,
  }
}

function textOf(error: unknown, key: string): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : ''
}

/** Of a channel that was not opened (RFC 4254). */
const administrativelyProhibited = 1
const lost = 'was connected, and is no more; the next request connects anew'
const noRoute =
  'cannot be reached: no route leads there; check the network, or name a host to go through (ProxyJump)'

const systemFaults: Readonly<Record<string, Meaning | undefined>> = {
  ECONNREFUSED: {
    code: 'connection-refused',
    words:
      'refuses connections: nothing listens at its port; it is tried again: check port and sshd if it lasts',
  },
  ENOTFOUND: {
    code: 'unreachable',
    words: 'cannot be reached: no such host name is known; check its spelling',
  },
  EAI_AGAIN: {
    code: 'unreachable',
    words: 'cannot be reached: names are not resolved now; check the network',
  },
  EHOSTUNREACH: { code: 'unreachable', words: noRoute },
  ENETUNREACH: { code: 'unreachable', words: noRoute },
  ETIMEDOUT: {
    code: 'unreachable',
    words: 'cannot be reached: it gives no answer; check network and address',
  },
  ECONNRESET: { code: 'connection-lost', words: lost },
  EPIPE: { code: 'connection-lost', words: lost },
}

/** Faults that ssh2 and sshd tell in words alone; `$` stands for them. */
const wordFaults: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^Connection lost before handshake/, 'connection-lost', droppedEarly],
  [/^Keepalive timeout|^No response from server|^Not connected/, 'connection-lost', lost],
  [
    /no matching (.*)/,
    'unsupported',
    'speaks no common way of securing a connection: $; its sshd is too old, or too strict',
  ],
  [
    /^Too many authentication failures|authentication methods? available/i,
    'authentication-failed',
    'ends the login: $; name the right key alone (IdentitiesOnly, identityFiles)',
  ],
  [/Channel open failure: Connection refused/i, 'connection-refused', 'was refused on the way: $'],
  [/Channel open failure/, 'unreachable', 'cannot be reached from the host before it: $'],
]
