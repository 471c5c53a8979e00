import type { Connection, Consumer } from 'rabbitmq-client'
import { inTime } from './in-time.ts'
import type { Topology } from './topology.ts'

export interface Listening {
  readonly topology: Topology
  readonly queue: string
  /** One for this connection alone, gone with it. */
  readonly own?: boolean
  hear(body: unknown): Promise<void>
}

/** All of this process who listen to one queue: each message goes to every one of them, and is acknowledged after that. */
export interface Hearers {
  add(hear: Listening['hear']): void
  /** Whether that was the last. */
  remove(hear: Listening['hear']): Promise<boolean>
  /** Resolves while the queue is declared and listened to. */
  ready(connection: Connection, failed: (error: unknown) => void): Promise<void>
  /** Resolves when the broker answers now; all who ask at the same time share one question. */
  probe(connection: Connection): Promise<void>
}

/** Milliseconds to declare a queue. */
const patience = 15_000
/** A message that could not be written down here comes again, not at once. */
const pause = 1000

export function openHearers(listening: Listening): Hearers {
  const hearing = new Set<Listening['hear']>()
  let consumer: Consumer | undefined
  let probing: Promise<unknown> | undefined
  return {
    add: (hear) => void hearing.add(hear),
    async remove(hear) {
      hearing.delete(hear)
      if (hearing.size > 0) return false
      await consumer?.close().catch(() => {}) // of a connection that is gone
      return true
    },
    async ready(connection, failed) {
      const { exchange, durable } = listening.topology
      // First: where that is refused, a queue made with the same wrong flags would stay and be in everybody's way.
      if (consumer === undefined) await connection.exchangeDeclare({ exchange, type: 'direct', durable })
      consumer ??= consume(connection, listening, async (body) => {
        await Promise.all([...hearing].map((hear) => hear(body)))
      })
      consumer.off('error', failed).on('error', failed)
      await isListening(consumer)
    },
    async probe(connection) {
      const { queue } = listening
      probing ??= inTime(connection.queueDeclare({ queue, passive: true }), patience).finally(
        () => (probing = undefined),
      )
      await probing
    },
  }
}

function consume(
  connection: Connection,
  { topology: { exchange, durable }, queue, own = false }: Listening,
  hear: Listening['hear'],
): Consumer {
  const kept = own ? { exclusive: true, autoDelete: true } : { durable }
  return connection.createConsumer(
    {
      queue,
      queueOptions: { queue, ...kept },
      exchanges: [{ exchange, type: 'direct', durable }],
      queueBindings: [{ exchange, queue, routingKey: queue }],
      qos: { prefetchCount: 50 },
    },
    async ({ body }) => {
      try {
        await hear(body)
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, pause))
        throw error
      }
    },
  )
}

async function isListening(consumer: Consumer): Promise<void> {
  if (consumer.consumerTag !== '') return
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer)
      consumer.off('ready', ready).off('error', broken)
      act()
    }
    const ready = () => settle(resolve)
    const broken = (error: unknown) =>
      settle(() => reject(error instanceof Error ? error : new Error(String(error))))
    const timer = setTimeout(() => broken(new Error('it does not answer')), patience)
    consumer.on('ready', ready).on('error', broken)
  })
}
