import { AbeyanceError, isAbeyanceError, messageOf } from '../../../core/error.ts'
import type { BrokerAddress } from './broker-address.ts'

/** What went wrong between us and a broker, in our words: what a library says may hold more than is to be told. */
export function brokerFault(
  { user, virtualHost, password }: BrokerAddress,
  name: string,
  what: string,
  error: unknown,
): AbeyanceError {
  if (isAbeyanceError(error)) return error
  const code = codeOf(error)
  const said = messageOf(error)
  if (/ACCESS.REFUSED|Login was refused/.test(`${code} ${said}`))
    return new AbeyanceError(
      'authentication-failed',
      `${name} refuses the user ${user}: ${what}; check \`password\` and its permissions in the virtual host ${virtualHost}`,
    )
  if (/NOT.ALLOWED/.test(`${code} ${said}`))
    return new AbeyanceError(
      'authentication-failed',
      `${name} has no virtual host ${virtualHost} for the user ${user}: check the path of \`broker\``,
    )
  if (/PRECONDITION.FAILED/.test(`${code} ${said}`))
    return new AbeyanceError(
      'transport-failed',
      `${name} has the exchange or queue otherwise than we declare it: ${what}; a server with \`amqp_durable: false\` needs \`durable: false\` here`,
    )
  const clean = password === '' ? said : said.replaceAll(password, '…')
  switch (code) {
    case 'ECONNREFUSED':
      return new AbeyanceError('connection-refused', `nothing listens at ${name}: ${what}; check \`broker\``)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'CONNECTION_TIMEOUT':
      return new AbeyanceError('unreachable', `${name} is not reached: ${what}: ${clean}`)
    default:
      return new AbeyanceError('connection-lost', `the connection to ${name} broke: ${what}: ${clean}`)
  }
}

/** Node's, or the broker's own in words. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
