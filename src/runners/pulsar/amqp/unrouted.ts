import type { Link } from './link.ts'
import type { Topology } from './topology.ts'

/** What to say where nobody has declared the queue of a manager (`basic.return`, 312). */
export function unrouted({ name }: Link, topology: Topology, manager = '_default_'): string {
  return `${name} knows no queue ${topology.queue('setup')}: no Pulsar server has ever served the manager ${manager} there; check \`manager\` and \`prefix\` here, and \`managers\`, \`amqp_key_prefix\` and \`message_queue_url\` in its app.yml`
}
