import { AbeyanceError } from '../core/error.ts'
import { sessionAnswer, sessionBody } from './requests.ts'
import type { Role } from './role.ts'
import { nothing, route, type Route } from './route.ts'
import type { Sessions } from './sessions.ts'

/** Who one is; and, where a token opens the door, how it is opened. */
export function sessionRoutes(
  roleOf: (request: Request) => Promise<Role>,
  sessions: Sessions | undefined,
): readonly Route[] {
  const asked = route({
    method: 'get',
    path: 'api/session',
    summary: 'Which role one has',
    role: 'nobody',
    query: nothing,
    body: nothing,
    answer: sessionAnswer,
    handle: async ({ request }) => ({ role: await roleOf(request) }),
  })
  if (!sessions) return [asked]
  return [
    asked,
    route({
      method: 'post',
      path: 'api/session',
      summary: 'Makes a cookie from the token or a one-time login',
      role: 'nobody',
      query: nothing,
      body: sessionBody,
      answer: sessionAnswer,
      async handle({ body, request }) {
        const cookie = sessions.open(body, new URL(request.url).protocol === 'https:')
        if (cookie === undefined)
          throw new AbeyanceError(
            'authentication-failed',
            'login' in body
              ? 'this address was used already, or is too old: start `abeyance serve` anew for another, or give the token'
              : 'this is not the token of the workspace',
          )
        return Response.json({ role: 'changer' }, { headers: { 'set-cookie': cookie } })
      },
    }),
    route({
      method: 'delete',
      path: 'api/session',
      summary: 'Forgets the cookie',
      role: 'nobody',
      query: nothing,
      body: nothing,
      answer: sessionAnswer,
      handle: async () => Response.json({ role: 'nobody' }, { headers: { 'set-cookie': sessions.end() } }),
    }),
  ]
}
