import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import { mailFor, type MailAddresses } from './mail.ts'
import type { NoticeId } from '../core/ids.ts'
import type { Notifier } from './notifier.ts'

export interface EmailOptions extends MailAddresses {
  /** The SMTP server. */
  readonly host: string
  /** 587, 465 where TLS is `implicit`, or 25 where it is `none`. */
  readonly port?: number
  /**
   * `starttls` (where not given, but for port 465): nothing is said before the connection is encrypted. `implicit`: encrypted from
   * the first byte. `none`: never; with a user only to this machine itself.
   */
  readonly tls?: 'starttls' | 'implicit' | 'none'
  /** Certificates of authorities to trust, as PEM, instead of the system's. */
  readonly ca?: string
  readonly user?: string
  /** What resolves it is asked at each delivery. */
  readonly password?: string | (() => Promise<string>)
  /** Milliseconds for one delivery; 25 s when not given. */
  readonly timeout?: number
}

// A server may lock an account after so many failed logins; nobody mends a password within seconds.
const afterRefusedLogin = 600_000
// Of notices that only some recipients have: more than that many are sent to all of them again.
const mostUnfinished = 1000

/**
 * Sends each notice as an e-mail over SMTP: its title is the subject, and its Message-ID follows from the notice's id, the same at
 * each delivery. Where the server takes it for some recipients only, it rejects, and the next delivery goes to the others. No error
 * has the password in it; `details.retryAfter` is milliseconds.
 * @throws `invalid-configuration` where user and password would travel unencrypted
 */
export function email(options: EmailOptions): Notifier {
  const { tls = options.port === 465 ? 'implicit' : 'starttls' } = options
  refuseOpenLogin(options, tls)
  const unfinished = new Map<NoticeId, readonly string[]>()
  return {
    async notify(notice, { signal }) {
      signal.throwIfAborted()
      const late = AbortSignal.timeout(options.timeout ?? 25_000)
      const password = await passwordOf(options)
      const recipients = unfinished.get(notice.id) ?? asList(options.to)
      try {
        const { createTransport } = await import('nodemailer') // 40 ms that only who sends mail should pay
        const transport = createTransport(serverOf(options, tls, password))
        const rejected = await transport
          .sendMail({ ...mailFor(notice, options, recipients), signal: AbortSignal.any([signal, late]) })
          .then((sent) => sent.rejected)
          .finally(() => transport.close())
        unfinished.delete(notice.id)
        if (rejected.length === 0) return
        if (unfinished.size < mostUnfinished) unfinished.set(notice.id, rejected)
        throw failed(options, `it was refused for ${rejected.join(', ')}`)
      } catch (error) {
        signal.throwIfAborted()
        throw isAbeyanceError(error) ? error : asFailure(error, options, { late, password })
      }
    },
  }
}

function refuseOpenLogin({ host, user }: EmailOptions, tls: EmailOptions['tls']): void {
  if (tls !== 'none' || user === undefined || isHere(host)) return
  throw new AbeyanceError(
    'invalid-configuration',
    `user and password would travel to ${host} unencrypted: leave out \`tls: none\`, or the user`,
  )
}

/** Whether it is this machine, by the names and addresses that no other can have. */
function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

async function passwordOf({ password }: EmailOptions): Promise<string | undefined> {
  return typeof password === 'function' ? password() : password
}

function serverOf({ host, port, ca, user, timeout = 25_000 }: EmailOptions, tls: string, password?: string) {
  return {
    host,
    port: port ?? (tls === 'implicit' ? 465 : tls === 'none' ? 25 : 587),
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    // A text of a notice is a text, whatever it looks like.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function asList(given: string | readonly string[]): readonly string[] {
  return typeof given === 'string' ? [given] : given
}

function asFailure(
  error: unknown,
  options: EmailOptions,
  { late, password }: { readonly late: AbortSignal; readonly password: string | undefined },
): AbeyanceError {
  if (late.aborted) return failed(options, 'it gave no answer in time')
  const why = without(formsOf(options.user, password), messageOf(error))
  if (!(error instanceof Error && 'code' in error && error.code === 'EAUTH')) return failed(options, why)
  const what = `it refused the login of ${options.user}: check user and password (${why})`
  return failed(options, what, afterRefusedLogin)
}

/** Servers have been seen to say again what they were told. */
function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

/** A password as it is, and as it is told: alone (LOGIN) and together with its user (PLAIN, Basic). */
function formsOf(user = '', password = ''): readonly string[] {
  if (password === '') return []
  const told = [`${user}\0${user}\0${password}`, `\0${user}\0${password}`, `${user}:${password}`, password]
  // Some leave out the `=` at the end. The longest come first, so that none is left in part.
  const encoded = told.map((form) => Buffer.from(form).toString('base64').replace(/=+$/, ''))
  return [...encoded, password].toSorted((a, b) => b.length - a.length)
}

function failed({ host }: EmailOptions, why: string, retryAfter?: number): AbeyanceError {
  return new AbeyanceError(
    'notice-failed',
    `the e-mail was not delivered to the server ${host}: ${why.replaceAll(/\s+/g, ' ')}; it is tried again`,
    { ...(retryAfter !== undefined && { details: { retryAfter } }) },
  )
}
