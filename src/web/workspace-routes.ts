import { basename } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { welcome, type Welcome } from './contract.ts'
import { changes } from './contract.ts'
import { eventStream } from './event-stream.ts'
import type { Feed } from './feed.ts'
import type { Role } from './role.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

interface Open extends Surroundings {
  readonly feed: Feed
  roleOf(request: Request): Promise<Role>
}

export function workspaceRoutes(around: Open): readonly Route[] {
  const { view, clock, version, feed } = around
  return [
    route({
      method: 'get',
      path: 'api',
      summary: 'Where one is, and what one may do',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: welcome,
      async handle({ request }): Promise<Welcome> {
        const role = await around.roleOf(request)
        if (role === 'nobody') throw new AbeyanceError('authentication-failed', 'the session has ended')
        const drives = 'start' in view
        return { name: basename(view.folder), version, role, drives, now: clock.now() }
      },
    }),
    route({
      method: 'get',
      path: 'api/changes',
      summary: 'What changes in runs, outcomes, jobs, hosts and waits, as server-sent events',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: 'text/event-stream',
      async handle({ request, signal }) {
        await around.picture() // what changes from here on is told
        const after = request.headers.get('last-event-id') ?? undefined
        return eventStream((gone) => feed.follow(after, gone), { clock, signal })
      },
    }),
  ]
}

/** What an event named `changes` carries. */
export const changesShape = changes
