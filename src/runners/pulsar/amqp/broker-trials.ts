import { randomUUID } from 'node:crypto'
import { sleep, systemClock } from '../../../core/clock.ts'
import { AbeyanceError } from '../../../core/error.ts'
import { silent } from '../../../core/logger.ts'
import type { HostTrial } from '../../runner.ts'
import type { BrokerAddress } from './broker-address.ts'
import { openCorrespondence } from './correspondence.ts'
import { openLink, type Link } from './link.ts'
import type { Topology } from './topology.ts'
import { unrouted } from './unrouted.ts'

export interface Tried {
  readonly address: BrokerAddress
  readonly topology: Topology
  readonly manager?: string
}

/** Milliseconds for a server to say that it has a message. */
const patience = 20_000

/** What `doctor` tries of a broker before it submits a job: that it takes us, has the queues, and that a Pulsar server listens to them. */
export function brokerTrials(tried: Tried): readonly HostTrial[] {
  const { address, topology, manager } = tried
  const trial = (what: string, act: (link: Link, signal: AbortSignal) => Promise<string>): HostTrial => ({
    what,
    async attempt(signal) {
      const link = openLink(address, silent)
      try {
        return await act(link, signal)
      } finally {
        await link.close()
      }
    },
  })
  return [
    trial(
      `reaches the broker at ${address.host}:${address.port}, and has its queues there`,
      async (link, signal) => {
        const letters = openCorrespondence({
          link,
          topology,
          unrouted: '',
          async heard() {},
          async taken() {},
        })
        try {
          await letters.ready({ signal })
        } finally {
          await letters.close()
        }
        return `as ${address.user} in the virtual host ${address.virtualHost}`
      },
    ),
    trial(`a Pulsar server takes messages for the manager ${manager ?? '_default_'}`, (link, signal) =>
      asked(tried, link, signal),
    ),
  ]
}

/** Asks for a job that nobody has: whoever listens says that it has the question. */
async function asked({ topology, manager }: Tried, link: Link, signal: AbortSignal): Promise<string> {
  const answered = new AbortController()
  const letters = openCorrespondence({
    link,
    topology,
    unrouted: unrouted(link, topology, manager),
    async heard() {},
    async taken() {
      answered.abort()
    },
  })
  try {
    await letters.send({ kind: 'status', id: `doctor-${randomUUID()}` }, { signal })
    await sleep(systemClock, patience, AbortSignal.any([signal, answered.signal]))
  } finally {
    await letters.close()
  }
  if (answered.signal.aborted) return 'it answers'
  throw new AbeyanceError(
    'unreachable',
    `no Pulsar server has taken a message from ${topology.queue('status')} within ${patience / 1000} s: does it run, and is \`message_queue_consume\` not off in its app.yml?`,
  )
}
