import { AbeyanceError, messageOf, type ErrorCode } from '../../core/error.ts'
import { systemCode } from '../../core/system/files.ts'

const codes: Readonly<Record<string, ErrorCode | undefined>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
}

/**
 * What broke a request, without its address, in which the token is. `reused`: it broke before an answer, on a connection that had been
 * used before.
 */
export function wayFault(host: string, what: string, error: unknown, reused: boolean): AbeyanceError {
  const code = systemCode(error) ?? ''
  const known = codes[code]
  const why = known === 'connection-lost' ? 'the connection broke' : wordsOf(code, error)
  const reset = known === 'connection-lost' && reused
  // A server that is not there read nothing.
  const unsent = known === 'connection-refused' || known === 'unreachable'
  return new AbeyanceError(known ?? 'transport-failed', `${host}: ${why}: ${what}`, {
    details: { ...(reset && { reused: true }), ...(unsent && { sent: false }) },
  })
}

/** Node's own words name host and port, never path or query. */
function wordsOf(code: string, error: unknown): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there; check `url`, and whether Pulsar runs'
  if (code === 'ENOTFOUND') return 'there is no such host; check `url`'
  if (code === 'EPROTO') return 'no TLS is spoken there; check whether `url` begins with http or https'
  const words = messageOf(error).split(/[?\n]/)[0] ?? code
  // Node's codes for certificates that it does not take are of several families.
  const isCertificate = /CERT|VERIFY|ISSUER/.test(code)
  return isCertificate ? `${words}; is its authority among those of NODE_EXTRA_CA_CERTS?` : words
}
