import { AbeyanceError } from '../../../core/error.ts'

/** Where a broker is, and who we are there. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  readonly user: string
  readonly virtualHost: string
  /** In no error, log or record. */
  readonly password: string
}

export interface BrokerOptions {
  /** Such as `amqps://abeyance@broker.example.org/pulsar`: the path is the virtual host, `/` when there is none. */
  readonly broker: string
  readonly password?: string
  /** Takes a broker that is neither on this machine nor spoken to over TLS, though anybody on the way can read the password. */
  readonly insecure?: boolean
}

/** Reads what a destination says of its broker; `invalid-configuration` where that is no address or is not to be trusted. */
export function brokerAddress({ broker, password = '', insecure = false }: BrokerOptions): BrokerAddress {
  const url = URL.canParse(broker) ? new URL(broker) : undefined
  if (url === undefined || !/^amqps?:$/.test(url.protocol) || url.hostname === '')
    throw invalid('`broker` is no address such as amqps://user@broker.example.org/virtual-host')
  if (url.password !== '' || url.search !== '')
    throw invalid('`broker` holds more than an address and a user: its password goes into `password`')
  const isSecure = url.protocol === 'amqps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!isSecure && !insecure && !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host))
    throw invalid(
      `the broker at ${url.host} is spoken to without TLS, so anybody on the way could read the password and run jobs: use amqps, or say \`insecure: true\``,
    )
  // The path of `…:5672//` is the virtual host `/` too, as others write it.
  const virtualHost = decodeURIComponent(url.pathname.replace(/^\//, '')) || '/'
  const port = Number(url.port) || (isSecure ? 5671 : 5672)
  return { host, port, isSecure, user: decodeURIComponent(url.username) || 'guest', virtualHost, password }
}

function invalid(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
