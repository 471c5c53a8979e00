import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Role } from './role.ts'

/**
 * Who may do what where a token opens the door: it is sent as `Authorization: Bearer`, or exchanged for a cookie, so that it
 * stands in no address. The cookie is signed with the token and kept nowhere: it outlives a restart of the server, and ends
 * with the token.
 */
export interface Sessions {
  roleOf(request: Request): Role
  /** The cookie for a right token or login; undefined for a wrong one. */
  open(said: { readonly token: string } | { readonly login: string }, isSecure: boolean): string | undefined
  /** The cookie that takes the cookie away. */
  end(): string
  /** A code that opens one session, within a day. */
  login(): string
}

const day = 24 * 60 * 60 * 1000
const lifetime = 30 * day

export function openSessions(token: string, clock: Clock): Sessions {
  // Cookies do not know ports: two servers on one machine must not take each other's away.
  const name = `abeyance-${hash(token).toString('hex').slice(0, 8)}`
  const logins = new Map<string, number>()
  const sign = (until: number) => createHmac('sha256', token).update(`session ${until}`).digest('base64url')
  const isSession = (value: string) => {
    const [until = '', signature = ''] = value.split('.', 2)
    return Number(until) > clock.now() && same(signature, sign(Number(until)))
  }
  const spend = (login: string) => {
    const until = logins.get(login)
    logins.delete(login)
    return until !== undefined && until > clock.now()
  }
  const cookie = (value: string, seconds: number) =>
    `${name}=${value}; HttpOnly; SameSite=Strict; Max-Age=${seconds}`
  return {
    roleOf(request) {
      const [, bearer] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
      if (bearer !== undefined) return same(bearer, token) ? 'changer' : 'nobody'
      return cookiesOf(request, name).some(isSession) ? 'changer' : 'nobody'
    },
    open(said, isSecure) {
      const isRight = 'token' in said ? same(said.token, token) : spend(said.login)
      if (!isRight) return undefined
      const until = clock.now() + lifetime
      return `${cookie(`${until}.${sign(until)}`, lifetime / 1000)}${isSecure ? '; Secure' : ''}`
    },
    end: () => cookie('', 0),
    login() {
      for (const [code, until] of logins) if (until <= clock.now()) logins.delete(code)
      const code = randomBytes(24).toString('base64url')
      logins.set(code, clock.now() + day)
      return code
    },
  }
}

function cookiesOf(request: Request, name: string): readonly string[] {
  return (request.headers.get('cookie') ?? '')
    .split(/;\s*/)
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

/** Takes the same time whatever is wrong. */
function same(one: string, other: string): boolean {
  return timingSafeEqual(hash(one), hash(other))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
