import type { Client } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError } from '../../core/error.ts'
import type { RequestOptions } from '../transport.ts'
import { openChannelPlaces } from './channel-places.ts'
import { connect } from './connect.ts'
import { openGate, type ConnectionsSpent } from './gate.ts'
import { inTime } from './in-time.ts'
import { keepClient, type KeptClient } from './keep-client.ts'
import { openKeyFiles } from './key-files.ts'
import type { SshSettings } from './ssh-settings.ts'
import type { Ask, SshSurroundings } from './surroundings.ts'
import type { SshTarget } from './target.ts'

/** The one connection to a host: opened when first needed, and again after it broke. Its methods are those of `SharedConnection`. */
export interface Line {
  client(options: RequestOptions): Promise<Client>
  channel(options: RequestOptions): Promise<() => void>
  isCrowded(): boolean
  offer(giveUp: () => boolean): () => void
  discard(client: Client, why: string): void
  login(ask: Ask, options: RequestOptions): Promise<void>
  spent(): Promise<ConnectionsSpent>
  close(): Promise<void>
}

/** `jump` is the line to the host that this one is reached through. */
export function openLine(
  target: SshTarget,
  settings: SshSettings,
  surroundings: SshSurroundings,
  jump: Line | undefined,
): Line {
  const { clock, logger } = surroundings
  const { connectionsPerDay = 1000, connectTimeout = 20_000, keepalive = 15_000, channels = 8 } = settings
  const closing = new AbortController()
  const gate = openGate(target.name, connectionsPerDay, surroundings, closing.signal)
  const keyFiles = openKeyFiles(surroundings.passphrase)
  const places = openChannelPlaces(Math.min(channels, 8), target.name, clock)
  const steady = { clock, logger, keyFiles, timeout: connectTimeout, keepalive, signal: closing.signal }

  const kept = keepClient(
    async (ask, urgent) => {
      const jumping = { deadline: jumpPatience, signal: closing.signal }
      if (ask && urgent) await jump?.login(ask, jumping)
      const nearest = await jump?.client(jumping)
      const client = await gate.pass((reached) => {
        logger.debug({ host: target.name }, 'connecting')
        return connect(target, { ...steady, ask, jump: nearest, reached })
      }, urgent)
      logger.info({ host: target.name }, 'connected')
      return client
    },
    (why) => {
      gate.broke()
      logger.info({ host: target.name, why }, 'disconnected')
    },
  )

  function open(): KeptClient {
    if (!closing.signal.aborted) return kept
    throw new AbeyanceError('store-closed', `the connection to ${target.name} was closed; open it again`)
  }

  return {
    async client(options) {
      const { live, begin } = open()
      return live ?? inTime(`connecting to ${target.name}`, clock, options, begin(surroundings.ask))
    },
    async channel(options) {
      open()
      return places.take(options)
    },
    isCrowded: places.isCrowded,
    offer: places.offer,
    discard(client, why) {
      kept.drop(client, why)
      client.destroy()
    },
    async login(ask, options) {
      await inTime(`a login to ${target.name}`, clock, options, open().beginAnew(ask))
    },
    spent: () => gate.spent(),
    async close() {
      closing.abort()
      const last = await kept.leave()
      if (last) await end(last, clock)
    },
  }
}

/** The attempt of the host before ends by itself, a person's answers included. */
const jumpPatience = 10 * 60 * 1000
const farewell = 1000

/** Says goodbye, and waits a moment for the other side to say it too. */
function end(client: Client, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => client.destroy(), farewell)
    client.on('close', () => {
      clock.clearTimeout(timer)
      resolve()
    })
    client.end()
  })
}
