import type { LogFrom } from '../monitor/job-monitor.ts'
import { eventStream } from './event-stream.ts'
import { liveLog, parsePlace } from './live-log.ts'
import { logBytes } from './log-bytes.ts'
import { logExtent } from './log-extent.ts'
import { logSubject, type LogSubject } from './log-subject.ts'
import { liveQuery, logQuery } from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

export function logRoutes({ view, clock }: Surroundings): readonly Route[] {
  return [
    route({
      method: 'get',
      path: 'api/jobs/:key/logs/:stream',
      summary: 'The bytes of a stream: the whole, a Range, or the tail',
      role: 'reader',
      query: logQuery,
      body: nothing,
      answer: 'text/plain',
      async handle({ param, query, request, signal }) {
        const subject = await logSubject(view, param, query.attempt)
        const extent = await logExtent(view, subject, { clock, signal })
        if (extent.kind === 'unavailable') {
          const { why, sentence } = extent
          return Response.json({ unavailable: { why, sentence } }, { status: 404 })
        }
        const range = request.headers.get('range')
        const download = query.download === undefined ? undefined : fileName(subject)
        return logBytes(view, subject, extent, { range, tail: query.tail, download, signal })
      },
    }),
    route({
      method: 'get',
      path: 'api/jobs/:key/logs/:stream/live',
      summary: 'A stream as it is written, as server-sent events',
      role: 'reader',
      query: liveQuery,
      body: nothing,
      answer: 'text/event-stream',
      async handle({ param, query, request, signal }) {
        const subject = await logSubject(view, param, query.attempt)
        const place = parsePlace(request.headers.get('last-event-id') ?? '')
        const from: LogFrom | undefined =
          query.from === 'tail' ? undefined : query.from === 'start' ? 'start' : { offset: query.from }
        return eventStream((gone) => liveLog(view, subject, { place, from, signal: gone }), { clock, signal })
      },
    }),
  ]
}

function fileName({ job: { name }, attempt: { attempt }, stream }: LogSubject): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '')
  return `${safe || 'job'}.${attempt}.${stream}.txt`
}
