import { AbeyanceError } from '../../../core/error.ts'
import type { Way } from '../way.ts'
import { brokerAddress, type BrokerOptions } from './broker-address.ts'
import { brokerTrials } from './broker-trials.ts'
import { openAmqpServer } from './open-amqp-server.ts'
import { shareLink } from './share-link.ts'
import { topologyOf, type TopologyOptions } from './topology.ts'

export interface AmqpOptions extends BrokerOptions, TopologyOptions {}

/** A Pulsar server by way of a broker; `invalid-configuration` where the address is none, or is not to be trusted. */
export function amqpWay(options: AmqpOptions): Way {
  const address = brokerAddress(options)
  const topology = topologyOf(options)
  const { manager } = options
  const named = manager === undefined ? {} : { manager }
  return {
    host: `${address.host}:${address.port}`,
    trials: brokerTrials({ address, topology, ...named }),
    open({ clock, logger, wake }, { endpoint }) {
      if (endpoint === undefined)
        throw new AbeyanceError('internal', 'a server behind a broker has no endpoint')
      const link = shareLink(address, logger)
      return openAmqpServer({ link, topology, ...named, endpoint, clock, logger, wake })
    },
  }
}
