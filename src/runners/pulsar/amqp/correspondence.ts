import { randomUUID } from 'node:crypto'
import type { Json } from '../../../core/json.ts'
import type { Call } from '../server.ts'
import type { Link } from './link.ts'
import { encode, readAcknowledgement, readUpdate, type Update } from './messages.ts'
import type { Topology } from './topology.ts'

/** About one job; what more there must be its kind says. */
export interface Letter {
  readonly kind: 'setup' | 'kill' | 'status'
  readonly id: string
  readonly more?: { readonly [key: string]: Json }
}

/** The messages between us and one manager of a Pulsar server. */
export interface Correspondence {
  /** Resolves once all our queues are declared: what comes for one that is not is dropped by the broker. */
  ready(call: Call): Promise<void>
  /** Rejects where the broker does not answer now. */
  probe(call: Call): Promise<void>
  /** Resolves when the broker has it. A manager that nobody has ever served is `transport-failed` with `unrouted`. */
  send(letter: Letter, call: Call): Promise<void>
  close(): Promise<void>
}

export interface CorrespondenceOptions {
  readonly link: Link
  readonly topology: Topology
  /** The sentence for a manager that has no queue. */
  readonly unrouted: string
  /** Hears what the server says; it is acknowledged once that has resolved, and comes again otherwise. */
  heard(update: Update): Promise<void>
  /** The server has what it was sent about that job. */
  taken(id: string, kind: string): Promise<void>
}

/** Messages that may still be acknowledged; the oldest is forgotten. */
const mostOpen = 10_000

export function openCorrespondence(options: CorrespondenceOptions): Correspondence {
  const { link, topology, unrouted } = options
  // For us alone, so that another process of ours does not take it. A server asks for no acknowledgement of what goes to a name with this end.
  const acknowledgements = `${randomUUID()}_ack`
  const open = new Map<string, { readonly id: string; readonly kind: string }>()

  const updates = link.listen({
    topology,
    queue: topology.queue('status_update'),
    async hear(body) {
      const update = readUpdate(body)
      if (update === undefined) return
      await options.heard(update)
      await acknowledge(update)
    },
  })
  const answers = link.listen({
    topology,
    queue: topology.queue(acknowledgements),
    own: true,
    async hear(body) {
      const uuid = readAcknowledgement(body) ?? ''
      const about = open.get(uuid)
      open.delete(uuid)
      if (about) await options.taken(about.id, about.kind)
    },
  })

  /** Until it is told so, a server with `amqp_acknowledge` says the same again, four times a minute. */
  async function acknowledge({ acknowledge_uuid: uuid, acknowledge_queue: kind }: Update): Promise<void> {
    if (uuid === undefined || kind === undefined) return
    const body = encode('acknowledgement', { acknowledge_uuid_response: uuid })
    await link.publish({ topology, queue: topology.queue(kind), body }, {})
  }

  async function ready(call: Call): Promise<void> {
    await updates.ready(call)
    await answers.ready(call)
  }

  return {
    ready,
    probe: (call) => updates.probe(call),
    async send({ kind, id, more }, call) {
      await ready(call)
      const uuid = randomUUID()
      const body = encode(kind, {
        job_id: id,
        ...more,
        acknowledge_uuid: uuid,
        acknowledge_queue: acknowledgements,
        acknowledge_submit_queue: kind,
      })
      const [oldest] = open.keys()
      if (open.size >= mostOpen && oldest !== undefined) open.delete(oldest)
      open.set(uuid, { id, kind })
      await link.publish({ topology, queue: topology.queue(kind), body, unrouted }, call)
    },
    async close() {
      await updates.close()
      await answers.close()
    },
  }
}
