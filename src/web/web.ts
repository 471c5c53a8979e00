import { Hono, type Context } from 'hono'
import { systemClock, type Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { silent, type Logger } from '../core/logger.ts'
import { ownVersion } from '../core/own-version.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import { answerRoutes } from './answer-routes.ts'
import { describeApi } from './describe-api.ts'
import { diskRoutes } from './disk-routes.ts'
import { openFeed } from './feed.ts'
import { faultOf, guarded, loopbackNames } from './guard.ts'
import { hostRoutes } from './host-routes.ts'
import { jobFiles } from './job-files.ts'
import { jobRoutes } from './job-routes.ts'
import { logRoutes } from './log-routes.ts'
import { pageFiles } from './page-files.ts'
import { metricRoutes } from './metric-routes.ts'
import { openPicture, type Picture } from './picture.ts'
import { refuse } from './refuse.ts'
import { mayAct, type Role } from './role.ts'
import { nothing, route, type Route } from './route.ts'
import { runRoutes } from './run-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { openSessions } from './sessions.ts'
import { waitRoutes } from './wait-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'
import { z } from 'zod'

export type WebOptions = WebBasics &
  (
    | { readonly token: string }
    /** The application says who may do what; what it answers `nobody` is refused. */
    | { authorize(request: Request): Promise<Role> }
  )

interface WebBasics {
  /** Where it is mounted, when whoever mounts it does not take that off the path: `/jobs`. */
  readonly base?: string
  /** Host names under which it may be asked, without ports: with a token those of loopback, else any. */
  readonly hosts?: readonly string[]
  /** Who is written down as the one who asked for a change; `web page` when not given. */
  readonly by?: string
  /** Who answers an approval, where the application knows its users; `by` when not given. */
  approver?(request: Request): Promise<string>
  readonly clock?: Clock
  readonly logger?: Logger
}

export interface Web {
  fetch(request: Request): Promise<Response>
  /** A code that opens one session, for an address to be printed: `/#login=CODE`. Only with a token. */
  login(): string
  /** Ends every stream. Closing twice is fine; the workspace stays open. */
  close(): Promise<void>
}

/** The page and its API over a workspace, or over a reader beside whoever drives one: a fetch handler with relative links, mountable anywhere. */
export function web(view: WorkspaceView, options: WebOptions): Web {
  const { clock = systemClock, logger = silent, base = '', by = 'web page' } = options
  const sessions = 'token' in options ? openSessions(options.token, clock) : undefined
  const hosts = options.hosts ?? (sessions ? loopbackNames : undefined)
  const roleOf = async (request: Request): Promise<Role> =>
    'authorize' in options ? options.authorize(request) : (sessions?.roleOf(request) ?? 'nobody')
  const closing = new AbortController()
  let opened: Promise<Picture> | undefined
  const picture = () => {
    if (closing.signal.aborted) throw new AbeyanceError('store-closed', 'the page is closed')
    opened ??= openPicture(view, (news) => feed.take(news)).catch((error: unknown) => {
      opened = undefined // whoever asks next tries again
      throw error
    })
    return opened
  }
  const feed = openFeed({ view, clock, picture })
  const files = jobFiles(view.folder, { clock, logger })
  let app: Promise<Hono> | undefined
  const make = async () => {
    const version = await ownVersion()
    const around = { view, clock, logger, by, version, picture, feed, roleOf }
    const routes = [
      ...sessionRoutes(roleOf, sessions),
      ...workspaceRoutes(around),
      ...runRoutes(around),
      ...jobRoutes(around),
      ...logRoutes(around),
      ...hostRoutes(around),
      ...diskRoutes(around),
      ...waitRoutes(around),
      ...answerRoutes({ ...around, ...(options.approver && { approver: options.approver }) }),
      ...metricRoutes(around),
    ]
    const serving = { roleOf, logger, base, closing: closing.signal }
    return appOf([...routes, description(routes, version)], serving)
  }
  return {
    async fetch(request) {
      try {
        if (files.isAsked(pathBeneath(request, base))) return await files.answer(request)
        const fault = faultOf(request, hosts)
        if (fault) return guarded(refuse(fault, logger, fault.code === 'usage' ? 415 : 403))
        app ??= make()
        return guarded(await (await app).fetch(request))
      } catch (error) {
        return guarded(refuse(error, logger))
      }
    },
    login() {
      if (sessions) return sessions.login()
      throw new AbeyanceError('usage', 'there are no logins here: the application says who may do what')
    },
    async close() {
      closing.abort()
      feed.close()
      ;(await opened?.catch(() => undefined))?.close()
    },
  }
}

/** The path with the mount taken off. */
function pathBeneath(request: Request, base: string): string {
  const { pathname } = new URL(request.url)
  const prefix = base.replace(/\/+$/, '')
  if (prefix === '' || !(pathname === prefix || pathname.startsWith(`${prefix}/`))) return pathname
  return pathname.slice(prefix.length) || '/'
}

interface Serving {
  readonly logger: Logger
  readonly base: string
  readonly closing: AbortSignal
  roleOf(request: Request): Promise<Role>
}

function appOf(routes: readonly Route[], serving: Serving): Hono {
  const app = new Hono({ getPath: (request) => pathBeneath(request, serving.base) })
  const page = pageFiles()
  for (const one of routes) app.on(one.method, `/${one.path}`, (c) => serve(one, c, serving))
  app.all('/api/*', () => {
    throw new AbeyanceError('missing-file', 'there is no such route; openapi.json lists them')
  })
  app.get('*', (c) => page.answer(c.req.path.slice(1)))
  app.notFound(() => new Response('There is nothing here.\n', { status: 404 }))
  app.onError((error) => refuse(error, serving.logger))
  return app
}

async function serve(one: Route, c: Context, { roleOf, closing }: Serving): Promise<Response> {
  const request = c.req.raw
  const role = await roleOf(request)
  if (!mayAct(role, one.role)) return refused(role)
  const signal = AbortSignal.any([request.signal, closing])
  const body: unknown = one.method === 'post' ? await readBody(request, one) : {}
  const answer = await one.serve({ params: c.req.param(), query: c.req.query(), body, request, signal })
  return answer instanceof Response ? answer : Response.json(answer)
}

function refused(role: Role): Response {
  const message = role === 'nobody' ? 'give the token, or log in' : 'you may read here, and change nothing'
  const fault = new AbeyanceError('authentication-failed', message)
  return refuse(fault, silent, role === 'nobody' ? 401 : 403)
}

const usualMost = 4 * 1024 * 1024

/** @throws `usage` for what is no JSON, too much of it, or none where some is needed */
async function readBody(
  request: Request,
  { mostBytes: most = usualMost, mustSayBody }: Route,
): Promise<unknown> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of request.body ?? []) {
    size += piece.length
    if (size > most) throw new AbeyanceError('usage', `the body is larger than ${most} bytes`)
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString()
  if (text === '' && mustSayBody)
    throw new AbeyanceError('usage', 'the body is empty: send JSON, `{}` if that is meant')
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch (error) {
    throw new AbeyanceError('usage', 'the body is no JSON', { cause: error })
  }
}

/** It describes itself too. */
function description(routes: readonly Route[], version: string): Route {
  const own: Route = route({
    method: 'get',
    path: 'openapi.json',
    summary: 'This description',
    role: 'nobody',
    query: nothing,
    body: nothing,
    answer: z.looseObject({ openapi: z.string() }),
    handle: async () => describeApi([...routes, own], version),
  })
  return own
}
