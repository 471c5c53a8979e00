import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { AbeyanceError } from '../../../core/error.ts'
import type { Logger } from '../../../core/logger.ts'
import { notSent } from '../../../transports/not-sent.ts'
import type { Call } from '../server.ts'
import { brokerFault } from './broker-fault.ts'
import { connect, type Opened } from './connect.ts'
import type { BrokerAddress } from './broker-address.ts'
import { openHearers, type Hearers, type Listening } from './hearers.ts'
import { inTime } from './in-time.ts'
import type { Topology } from './topology.ts'

/** A connection to a broker, which comes back by itself after it was lost. All destinations that name the same broker share it. */
export interface Link {
  /** For people: `the broker at host:5672`. */
  readonly name: string
  /**
   * Resolves when the broker has it, on disk where the queue is durable. A message that belongs in no queue is refused with what `unrouted`
   * says; of one that may have gone out or not, the error does not say that it was not sent.
   */
  publish(message: Message, call: Call): Promise<void>
  /** Declares a queue and hears what comes there, each message until `hear` has resolved; anew after each loss of the connection. */
  listen(queue: Listening): Hearing
  close(): Promise<void>
}

export interface Message {
  readonly topology: Topology
  readonly queue: string
  readonly body: Uint8Array
  /** The sentence to be said where nobody has declared such a queue; without it, that is no fault. */
  readonly unrouted?: string
}

export interface Hearing {
  /** Resolves once the queue is declared; rejects with what is wrong when that takes long. */
  ready(call: Call): Promise<void>
  /** The same, when the broker has just answered. */
  probe(call: Call): Promise<void>
  close(): Promise<void>
}

/** Milliseconds for a message to be on the broker's disk. */
const patience = 60_000

export function openLink(address: BrokerAddress, logger: Logger): Link {
  const name = `the broker at ${address.host}:${address.port}`
  const heard = new Map<string, Hearers>()
  let opened: Promise<Opened> | undefined
  let isClosed = false
  const fault = (error: unknown, what: string) => brokerFault(address, name, what, error)

  async function open(what: string, signal?: AbortSignal): Promise<Opened> {
    if (isClosed || signal?.aborted)
      throw notSent(new AbeyanceError('aborted', `${name} is not asked any more: ${what} was given up`))
    const there = await (opened ??= connect(address, name, logger))
    await there.reached(signal).catch((error: unknown) => {
      throw notSent(fault(error, what))
    })
    return there
  }

  return {
    name,
    async publish(message, { signal }) {
      const what = `publishing to ${message.queue}`
      const { sender, returned } = await open(what, signal)
      const messageId = randomUUID()
      try {
        await inTime(sender.send(envelopeOf(message, messageId), Buffer.from(message.body)), patience)
      } catch (error) {
        throw fault(error, what)
      }
      await turn() // what came back was told before it was confirmed, and is heard of in the next turn
      if (returned.delete(messageId) && message.unrouted !== undefined)
        throw notSent(new AbeyanceError('transport-failed', message.unrouted))
    },
    listen(listening) {
      const { queue } = listening
      const hearers = heard.get(queue) ?? openHearers(listening)
      heard.set(queue, hearers)
      hearers.add(listening.hear)
      const failed = (error: unknown) =>
        logger.debug({ broker: name, queue }, fault(error, 'listening').message)
      const at = hearing(hearers, async (what, act, { signal }) => {
        const { connection } = await open(`${what} ${queue}`, signal)
        await act(connection, failed).catch((error: unknown) => {
          throw notSent(fault(error, `${what} ${queue}`))
        })
      })
      return {
        ...at,
        async close() {
          if (await hearers.remove(listening.hear)) heard.delete(queue)
        },
      }
    },
    async close() {
      isClosed = true
      const { connection, sender } = (await opened) ?? {}
      await sender?.close().catch(() => {})
      await connection?.close().catch(() => {})
    },
  }
}

function envelopeOf({ topology, queue }: Message, messageId: string) {
  return {
    exchange: topology.exchange,
    routingKey: queue,
    mandatory: true,
    durable: true,
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    messageId,
  }
}

type With = (what: string, act: Hearers['ready'], call: Call) => Promise<void>

function hearing(hearers: Hearers, within: With): Pick<Hearing, 'ready' | 'probe'> {
  const ready = (call: Call) => within('declaring', hearers.ready, call)
  return {
    ready,
    async probe(call) {
      await ready(call)
      await within('asking after', hearers.probe, call)
    },
  }
}
