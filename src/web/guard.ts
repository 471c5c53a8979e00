import { AbeyanceError } from '../core/error.ts'

/** The names under which a server on this machine is asked for: any other is a name that somebody made point here. */
export const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/**
 * What is wrong with a request before anything of it is looked at: a host name that is not ours (DNS rebinding), or another
 * site's page behind it. Tools other than browsers send no such headers, and have no cookie that could be misused.
 */
export function faultOf(request: Request, hosts: readonly string[] | undefined): AbeyanceError | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host
  if (hosts && !hosts.includes(host.replace(/:\d+$/, '').toLowerCase()))
    return new AbeyanceError(
      'authentication-failed',
      `this server is not asked for under the name ${JSON.stringify(host)}; start it with --allow-host to permit that`,
    )
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (!isSameSite(request, host, isReading))
    return new AbeyanceError('authentication-failed', 'the request comes from another site')
  const type = request.headers.get('content-type') ?? ''
  // A form of another site cannot send this type; a script of another site would have to ask first, and is refused.
  if (request.method === 'POST' && !/^application\/json\s*(;|$)/i.test(type))
    return new AbeyanceError('usage', 'the body must be JSON: send content-type: application/json')
  return undefined
}

function isSameSite(request: Request, host: string, isReading: boolean): boolean {
  const site = request.headers.get('sec-fetch-site')
  // An address that was typed in, or a link from elsewhere to the page itself, which asks for what it shows by itself.
  const isVisit = isReading && request.headers.get('sec-fetch-mode') === 'navigate'
  if (site !== null) return site === 'same-origin' || site === 'none' || isVisit
  const origin = request.headers.get('origin')
  if (origin === null) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** What the browser is told about every answer: scripts and styles come from files of ours alone. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Adds them where the answer does not say otherwise itself. */
export function guarded(response: Response): Response {
  for (const [name, value] of Object.entries(headers))
    if (!response.headers.has(name)) response.headers.set(name, value)
  return response
}
