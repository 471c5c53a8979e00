/** What Pulsar names its queues by. A queue is bound to the one exchange under its own name. */
export interface Topology {
  readonly exchange: string
  /** As the server declared exchange and queues; a broker refuses who declares them otherwise. */
  readonly durable: boolean
  /** The queue, and routing key, of one kind of message: `pulsar_hpc__setup`. */
  queue(kind: string): string
}

export interface TopologyOptions {
  readonly manager?: string
  /** The server's `amqp_key_prefix`, where it has one; the manager is not in the names then. */
  readonly prefix?: string
  readonly durable?: boolean
}

export function topologyOf({
  manager = '_default_',
  prefix = manager === '_default_' ? 'pulsar_' : `pulsar_${manager}_`,
  durable = true,
}: TopologyOptions): Topology {
  return { exchange: 'pulsar', durable, queue: (kind) => `${prefix}_${kind}` }
}
