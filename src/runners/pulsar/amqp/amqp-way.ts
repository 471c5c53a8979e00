import type { HostTrial, RunnerContext } from '../../runner.ts'
import type { Endpoint } from '../endpoint.ts'
import type { PulsarServer } from '../server.ts'
import { brokerAddress, type BrokerOptions } from './broker-address.ts'
import { brokerTrials } from './broker-trials.ts'
import { openAmqpServer } from './open-amqp-server.ts'
import { shareLink } from './share-link.ts'
import { topologyOf, type TopologyOptions } from './topology.ts'

export interface AmqpOptions extends BrokerOptions, TopologyOptions {}

/** A Pulsar server by way of a broker: where it is, what `doctor` tries of it, and itself. */
export interface AmqpWay {
  /** `host:port` of the broker. */
  readonly host: string
  readonly trials: readonly HostTrial[]
  open(context: RunnerContext, endpoint: Endpoint): PulsarServer
}

/** `invalid-configuration` where the address is none, or is not to be trusted. */
export function amqpWay(options: AmqpOptions): AmqpWay {
  const address = brokerAddress(options)
  const topology = topologyOf(options)
  const { manager } = options
  const named = manager === undefined ? {} : { manager }
  return {
    host: `${address.host}:${address.port}`,
    trials: brokerTrials({ address, topology, ...named }),
    open({ clock, logger, wake }, endpoint) {
      const link = shareLink(address, logger)
      return openAmqpServer({ link, topology, ...named, endpoint, clock, logger, wake })
    },
  }
}
