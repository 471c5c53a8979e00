import { AbeyanceError } from '../../src/core/error.ts'
import type { Json } from '../../src/core/json.ts'
import type { Link } from '../../src/runners/pulsar/amqp/link.ts'
import { topologyOf } from '../../src/runners/pulsar/amqp/topology.ts'
import { notSent } from '../../src/transports/not-sent.ts'

/** A broker in memory, at which the test plays the server. */
export interface SmallBroker {
  readonly link: Link
  /** What was published, in order, with the kind of queue it went to. */
  readonly sent: readonly Sent[]
  /** Says something of a job; resolves when it was acknowledged to the broker, rejects when it was not. */
  say(update: { readonly [key: string]: Json }): Promise<void>
  /** Puts bytes into the queue of what servers say. */
  put(body: Uint8Array): Promise<void>
  /** Says that the server has a message. */
  acknowledge(sent: Sent | undefined): Promise<void>
  reachable(yes: boolean): void
  serves(yes: boolean): void
}

export interface Sent {
  readonly to: string
  readonly message: { readonly [key: string]: Json }
}

export const topology = topologyOf({ manager: 'hpc' })

export function openSmallBroker(): SmallBroker {
  const sent: Sent[] = []
  const hearers = new Map<string, (body: unknown) => Promise<void>>()
  let [isReachable, isServed] = [true, true]
  const reach = async () => {
    if (!isReachable) throw notSent(new AbeyanceError('connection-lost', 'the broker is gone'))
  }
  const put = async (queue: string, body: Uint8Array) => {
    const hear = hearers.get(queue)
    if (hear === undefined) throw new Error(`nobody has declared ${queue}`)
    await hear(body)
  }
  return {
    sent,
    link: {
      name: 'a small broker',
      async publish({ queue, body, unrouted }) {
        await reach()
        if (!isServed && unrouted !== undefined)
          throw notSent(new AbeyanceError('transport-failed', unrouted))
        const to = queue.replace(topology.queue(''), '')
        sent.push({ to, message: JSON.parse(new TextDecoder().decode(body)) })
      },
      listen({ queue, hear }) {
        const ready = async () => {
          await reach()
          hearers.set(queue, hear)
        }
        return { ready, probe: ready, close: async () => void hearers.delete(queue) }
      },
      async close() {},
    },
    say: (update) => put(topology.queue('status_update'), Buffer.from(JSON.stringify(update))),
    put: (body) => put(topology.queue('status_update'), body),
    async acknowledge(one) {
      const { acknowledge_queue: kind, acknowledge_uuid: uuid } = one?.message ?? {}
      const body = Buffer.from(JSON.stringify({ acknowledge_uuid_response: uuid ?? null }))
      await put(topology.queue(typeof kind === 'string' ? kind : ''), body)
    },
    reachable: (yes) => void (isReachable = yes),
    serves: (yes) => void (isServed = yes),
  }
}
