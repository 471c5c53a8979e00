import type { Client } from 'ssh2'
import { AbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'
import type { ConnectionsSpent } from './gate.ts'
import { holdLine, type Hold } from './hold-line.ts'
import type { Line } from './line.ts'
import type { SshSettings } from './ssh-settings.ts'
import type { Ask, SshSurroundings } from './surroundings.ts'
import { resolveTarget } from './target.ts'

/** One connection per host, shared by all who open it in this process; opened when first needed, again after it broke. */
export interface SharedConnection {
  /** For people: the host as it was written, with its user where that was. */
  readonly name: string
  /**
   * The connected client; connects where there is none. Errors: `unreachable`, `connection-refused`, `connection-lost`,
   * `authentication-failed`, `login-needed`, `host-key-unknown`, `host-key-changed`, `host-key-revoked`, `quota-used-up`,
   * `request-timeout`, `aborted`, `unsupported`, `invalid-configuration`, `transport-failed`, `store-closed`.
   */
  client(options: RequestOptions): Promise<Client>
  /** Takes one of the connection's channels; resolves when one is free. Gives what gives it back; twice is fine. */
  channel(options: RequestOptions): Promise<() => void>
  /** Whether somebody waits for a channel. */
  isCrowded(): boolean
  /**
   * Offers a channel that is kept and may not be in use: `giveUp` is called when all are taken and another is needed, closes
   * it if it can, and says whether it did. Returns what takes the offer back.
   */
  offer(giveUp: () => boolean): () => void
  /** This client is not to be used again, as a request hung on it: it is closed, the next one connects anew. */
  discard(client: Client, why: string): void
  /** Logs in with somebody there to answer the host's questions: what ends `login-needed`. */
  login(ask: Ask, options: RequestOptions): Promise<void>
  /** Connections begun today, of how many. */
  spent(): Promise<ConnectionsSpent>
  /** Gives the connection back; with the last one who held it, it closes. Twice is fine. */
  release(): Promise<void>
}

/**
 * Reads no file and connects to nothing before it is needed. Who opens the same host (user, port, keys, way) again shares
 * the connection, and with it what the first one handed in.
 */
export function openConnection(settings: SshSettings, surroundings: SshSurroundings): SharedConnection {
  const name = nameOf(settings)
  let holding: Promise<Hold> | undefined
  let line: Line | undefined
  let released: Promise<void> | undefined

  /** Resolved once: a change of ssh's configuration counts when the host is opened again; one that cannot be read is read again. */
  async function held(): Promise<Line> {
    if (released)
      throw new AbeyanceError('store-closed', `the connection to ${name} was released; open it again`)
    holding ??= resolveTarget(settings, surroundings).then(
      (target) => holdLine(target, settings, surroundings),
      (error: unknown) => {
        holding = undefined
        throw error
      },
    )
    line = (await holding).line
    return line
  }

  return {
    name,
    client: async (options) => (line ?? (await held())).client(options),
    channel: async (options) => (line ?? (await held())).channel(options),
    isCrowded: () => line?.isCrowded() ?? false,
    offer: (giveUp) => line?.offer(giveUp) ?? (() => {}),
    discard: (client, why) => line?.discard(client, why),
    login: async (ask, options) => (await held()).login(ask, options),
    spent: async () => (await held()).spent(),
    async release() {
      released ??= Promise.resolve(holding).then(
        (hold) => hold?.release(),
        () => {}, // what could not be resolved holds nothing
      )
      line = undefined
      return released
    },
  }
}

/** As it is written. What is behind two ports may be two machines, and they must not have one name. */
function nameOf({ host, user, port = 22 }: SshSettings): string {
  return `${user === undefined ? '' : `${user}@`}${host}${port === 22 ? '' : `:${port}`}`
}
