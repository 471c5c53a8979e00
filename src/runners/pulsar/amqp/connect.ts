import { once } from 'node:events'
import type { Connection } from 'rabbitmq-client'
import type { Logger } from '../../../core/logger.ts'
import { brokerFault } from './broker-fault.ts'
import type { BrokerAddress } from './broker-address.ts'

/** A connection of the library's, and what it takes to use it. */
export interface Opened {
  readonly connection: Connection
  readonly sender: ReturnType<Connection['createPublisher']>
  /** Ids of messages that no queue took. */
  readonly returned: Set<string>
  /** Resolves at once where there is a connection; waits for one otherwise, not for long where the last try has failed. */
  reached(signal?: AbortSignal): Promise<void>
}

/** Milliseconds for a broker to answer, and between two tries to come back to it. */
const patience = 15_000
/** The same where the last try failed. */
const again = 5000
const returning = { retryLow: 200, retryHigh: 2000 }

/** The library is loaded when the first is opened. It connects, and comes back, by itself. */
export async function connect(address: BrokerAddress, name: string, logger: Logger): Promise<Opened> {
  const { Connection: AmqpConnection } = await import('rabbitmq-client')
  const connection = new AmqpConnection({
    hostname: address.host,
    port: address.port,
    username: address.user,
    password: address.password,
    vhost: address.virtualHost,
    tls: address.isSecure,
    connectionName: 'abeyance',
    acquireTimeout: patience,
    connectionTimeout: patience,
    heartbeat: 30,
    ...returning,
  })
  let last: unknown
  connection.on('error', (error: unknown) => {
    last = error
    logger.warn({ broker: name }, brokerFault(address, name, 'being connected', error).message)
  })
  connection.on('connection', () => (last = undefined))
  const returned = new Set<string>()
  const sender = connection.createPublisher({ confirm: true })
  sender.on('basic.return', ({ messageId }) => messageId !== undefined && returned.add(messageId))
  const reached = async (signal?: AbortSignal) => {
    if (connection.ready) return
    const enough = AbortSignal.timeout(last === undefined ? patience : again)
    try {
      // It rejects at an error, too.
      await once(connection, 'connection', { signal: signal ? AbortSignal.any([signal, enough]) : enough })
    } catch (error) {
      throw last ?? error
    }
  }
  return { connection, sender, returned, reached }
}
