import { readKeptLog } from '../monitor/kept-log.ts'
import type { LogFrom, LogNews } from '../monitor/job-monitor.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { LogEvent } from './contract.ts'
import type { ServerEvent } from './event-stream.ts'
import { incarnationOf, keptLog, type LogSubject } from './log-subject.ts'
import { pullLog } from './pull-log.ts'

const keptChunk = 256 * 1024
const usualTail = 64 * 1024

/** Where a reader was when it was cut off: the next byte, and of what. A bare offset is one in whatever is there now. */
export interface LogPlace {
  readonly offset: number
  readonly attempt?: number
  readonly incarnation?: number
}

/** Reads `1234@2.1` or `1234`; undefined for anything else. */
export function parsePlace(text: string): LogPlace | undefined {
  const [, offset, attempt, incarnation] = /^(\d{1,15})(?:@(\d{1,9})\.(\d{1,9}))?$/.exec(text) ?? []
  if (offset === undefined) return undefined
  if (attempt === undefined || incarnation === undefined) return { offset: Number(offset) }
  return { offset: Number(offset), attempt: Number(attempt), incarnation: Number(incarnation) }
}

/** A stream as it is written, as events: each id is the place to go on from. */
export async function* liveLog(
  view: WorkspaceView,
  subject: LogSubject,
  { place, from, signal }: { place: LogPlace | undefined; from: LogFrom | undefined; signal: AbortSignal },
): AsyncGenerator<ServerEvent> {
  const at = { offset: 0, attempt: subject.attempt.attempt, incarnation: subject.incarnation }
  const event = ({ kind, ...data }: LogEvent): ServerEvent => ({
    name: kind,
    id: `${at.offset}@${at.attempt}.${at.incarnation}`,
    data,
  })
  const isOther =
    place?.attempt !== undefined && (place.attempt !== at.attempt || place.incarnation !== at.incarnation)
  if (place) at.offset = place.offset
  if (place && isOther) {
    const now = { attempt: at.attempt, incarnation: at.incarnation }
    Object.assign(at, place)
    for await (const news of restOfPast(view, subject, place)) yield event(told(news, at))
    Object.assign(at, now, { offset: 0 })
    yield event({ kind: 'reset', why: 'a new attempt', attempt: at.attempt })
  }
  const start: LogFrom | undefined = isOther ? 'start' : place ? { offset: place.offset } : from
  for await (const news of newsOf(view, subject, { start, signal })) {
    if (news.kind === 'reset') {
      const job = await view.job(subject.key)
      const known = subject.attempt === subject.job && job ? job : subject.attempt
      Object.assign(at, { attempt: known.attempt, incarnation: incarnationOf(known.state), offset: 0 })
    } else if (at.incarnation === 0 && subject.attempt === subject.job) {
      // It has begun since: the place is one in its first incarnation.
      const job = await view.job(subject.key)
      if (job?.attempt === at.attempt) at.incarnation = incarnationOf(job.state)
    }
    yield event(told(news, at))
  }
  if (!signal.aborted) yield event({ kind: 'end', size: at.offset })
}

/** What an attempt wrote that has been followed by another, from where its reader was cut off. */
async function* restOfPast(
  view: WorkspaceView,
  { job, stream }: LogSubject,
  place: LogPlace,
): AsyncGenerator<LogNews> {
  const past = job.earlier.find(({ attempt }) => attempt === place.attempt)
  if (!past || incarnationOf(past.state) !== place.incarnation) return
  for await (const news of readKeptLog(keptLog(view, past, stream), place.offset, keptChunk))
    if (news.kind !== 'unavailable') yield news
}

async function* newsOf(
  view: WorkspaceView,
  { key, stream, kept, attempt, job }: LogSubject,
  { start, signal }: { readonly start: LogFrom | undefined; readonly signal: AbortSignal },
): AsyncGenerator<LogNews> {
  if (kept && attempt !== job) {
    const from = start ?? { last: usualTail }
    const offset = from === 'start' ? 0 : 'last' in from ? -from.last : from.offset
    return yield* readKeptLog(kept, offset, keptChunk)
  }
  yield* pullLog((room) => view.log$(key, stream, start, { room }), signal)
}

/** Moves the place on behind the news, and says it. */
function told(news: LogNews, at: { offset: number; readonly attempt: number }): LogEvent {
  switch (news.kind) {
    case 'chunk':
      at.offset = news.offset + news.bytes.length
      return { kind: 'chunk', offset: news.offset, bytes: Buffer.from(news.bytes).toString('base64') }
    case 'skipped':
      at.offset = news.offset + news.length
      return { kind: 'skipped', offset: news.offset, length: news.length }
    case 'reset':
      return { kind: 'reset', why: news.why, attempt: at.attempt }
    case 'unavailable':
      return { kind: 'unavailable', why: news.why, sentence: news.sentence }
  }
}
