import { AbeyanceError } from '../../core/error.ts'
import { openServer, type ServerAddress } from './server.ts'
import { serverTrials } from './trials.ts'
import type { Way } from './way.ts'

export interface ServerPlace {
  /** Of the server, such as `https://pulsar.example.org:8913/`. */
  readonly url: string
  /** What its app.yml calls `private_token`. */
  readonly token?: string
  readonly manager?: string
  readonly insecure?: boolean
}

/** A Pulsar server over HTTP; `invalid-configuration` where its address is none, or is not to be trusted with the token. */
export function restWay(place: ServerPlace): Way {
  const address = addressOf(place)
  return {
    host: address.url.host,
    trials: serverTrials(address),
    open: ({ clock }, { count }) => openServer({ ...address, clock, count }),
  }
}

function addressOf({ url: given, token, manager, insecure = false }: ServerPlace): ServerAddress {
  const url = URL.canParse(given) ? new URL(given.endsWith('/') ? given : `${given}/`) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid(
      '`url` of a Pulsar server is no http or https address, such as https://pulsar.example.org:8913/',
    )
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw invalid('`url` of a Pulsar server holds more than its address: its token goes into `token`')
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !isNear && !insecure)
    throw invalid(
      `${url.host} is spoken to over plain http, so anybody on the way could read its token and run jobs: use https, or say \`insecure: true\``,
    )
  return { url, ...(token !== undefined && { token }), ...(manager !== undefined && { manager }) }
}

function invalid(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
