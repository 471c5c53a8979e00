import { duration } from '../../../core/duration.ts'
import { AbeyanceError } from '../../../core/error.ts'
import type { Place } from './listen.ts'

/** How machines of jobs reach us for files, as a destination says it. */
export interface EndpointOptions {
  /** Where they find it, such as `https://engine.example.org/files/`: ours, or that of what passes requests on to us. */
  readonly url: string
  /** What this process listens on, `ADDRESS:PORT`, over plain HTTP; when not given, `abeyance serve` or an application answers. */
  readonly listen?: string
  /** For how long an address is good that a job was given: `60d` when not given. It must outlast its waiting and running. */
  readonly expires?: string
}

export interface DoorSettings {
  readonly url: URL
  readonly place?: Place
  readonly expires?: number
}

/** @throws `invalid-configuration`, naming the key */
export function doorSettings(
  { url: given, listen, expires }: EndpointOptions,
  insecure = false,
): DoorSettings {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.username !== '')
    throw invalid(
      '`url` of the endpoint is no plain http or https address, such as https://engine.example.org/files/',
    )
  const isNear = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !isNear && !insecure)
    throw invalid(
      `files of jobs would travel to ${url.host} over plain http, so anybody on the way could read and change them: use https, or say \`insecure: true\``,
    )
  return {
    url,
    ...(listen !== undefined && { place: placeOf(listen) }),
    ...(expires !== undefined && { expires: duration(expires) }),
  }
}

function placeOf(listen: string): Place {
  const [, inner, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(listen) ?? []
  const host = inner ?? plain
  if (host === undefined || host === '' || Number(port) > 65_535)
    throw invalid('`listen` of the endpoint is no ADDRESS:PORT, such as 127.0.0.1:8914 or [::]:8914')
  return { host, port: Number(port) }
}

function invalid(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
