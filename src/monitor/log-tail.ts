import { AbeyanceError } from '../core/error.ts'
import type { JobKey, Tag } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { LogAnswer, LogRange } from '../runners/runner.ts'
import type { Stream } from '../runners/streams.ts'
import type { Bell, Ear } from './bell.ts'
import type { Asking, Follower } from './follower.ts'
import type { LogFrom, LogNews } from './job-monitor.ts'
import { keptPiece, readKeptLog } from './kept-log.ts'
import type { LogPace } from './log-pace.ts'
import { readJob } from './kept-job.ts'

export interface TailContext {
  readonly store: Pick<RecordStore, 'get'>
  /** Where streams of ended attempts are kept. */
  readonly logFolder: string
  /** Rung when a job changed. */
  readonly bell: Bell<JobKey>
  followerOf(destination: string): Follower | undefined
  /** What holds for its log (rule L2). */
  paceOf(job: JobRecord): LogPace
}

export interface TailQuestion {
  readonly key: JobKey
  readonly stream: Stream
  /** Not said: from the tail. */
  readonly from: LogFrom | undefined
  /** Ends when all is given that was there, not only with the job. */
  readonly until?: 'now' | undefined
}

/** Where a reader stands: the next byte that it has not seen. A negative offset counts from an end that is not known yet. */
interface Reader {
  readonly stream: Stream
  tag: Tag
  incarnation: number
  offset: number
  /** Bytes that the host gave of this incarnation's stream. */
  given: number
  /** The last sentence about a stream that cannot be had: said once, not at every look. */
  told: string
  /** The host has more than the last chunk, or was not asked yet. */
  soon: boolean
}

/**
 * One stream of a job, byte for byte: from its host while the job runs, from what was kept when it has ended. It asks for
 * the next chunk when the last one was taken, so that a reader never holds more than one (rule L4). Ends with the job.
 */
export async function* tailLog(
  context: TailContext,
  { key, stream, from, until }: TailQuestion,
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  let reader: Reader | undefined
  while (!signal.aborted) {
    const change = context.bell.listen(key, signal)
    try {
      const job = await readJob(context.store, key)
      if (job === undefined && reader) return
      if (job === undefined) throw unknownJob(key)
      const { tag } = job
      const incarnation = 'incarnation' in job.state ? job.state.incarnation : 0
      const pace = context.paceOf(job)
      const start = startOf(from ?? { last: pace.tail })
      reader ??= { stream, tag, incarnation, offset: start, given: 0, told: '', soon: true }
      if (reader.incarnation > 0 && (reader.tag !== tag || reader.incarnation < incarnation)) {
        yield* restOfOld(context, job, reader, signal)
        const what = reader.tag === tag ? 'the scheduler runs it again' : 'a new attempt'
        yield { kind: 'reset', stream, why: what }
        Object.assign(reader, { offset: 0, given: 0, told: '', soon: true })
      }
      Object.assign(reader, { tag, incarnation })
      if (isFinal(job.state)) return yield* kept(context, reader, pace)
      const follower = context.followerOf(job.destination)
      if (incarnation === 0) yield* unavailable(reader, notStarted(stream))
      else if (!follower) yield* unavailable(reader, notConfigured(job, stream))
      else if (reader.given < pace.perJob) {
        const isHeard = yield* readLive(unlessEnded(context, follower, { key, change, signal }), pace, reader)
        if (until === 'now' && isHeard && !reader.soon) return
        continue
      } else yield* unavailable(reader, atCap(reader))
      if (until === 'now') return
      await change.rung
    } finally {
      change.stop()
    }
  }
}

type Ask = (range: LogRange, how: Omit<Asking, 'signal'>) => Promise<LogAnswer | undefined>

interface Waiting {
  readonly key: JobKey
  /** Listens since before the job was read. */
  readonly change: Ear
  readonly signal: AbortSignal
}

/** Gives up an answer that the host owes when the job has ended: what was kept has it all, without the wait of an interval. */
function unlessEnded(
  { bell, store }: TailContext,
  follower: Follower,
  { key, change, signal }: Waiting,
): Ask {
  return async (range, how) => {
    const stop = new AbortController()
    const answer = follower.ask(range, { ...how, signal: stop.signal })
    let ear = change
    try {
      for (;;) {
        const came = await Promise.race([answer, ear.rung])
        if (came || signal.aborted) return came ?? undefined
        ear.stop()
        ear = bell.listen(key, signal)
        const job = await readJob(store, key)
        if (job === undefined || isFinal(job.state)) return undefined
      }
    } finally {
      ear.stop()
      stop.abort()
    }
  }
}

/** One answer of the host; false where it gave none. */
async function* readLive(ask: Ask, pace: LogPace, reader: Reader): AsyncGenerator<LogNews, boolean> {
  const { tag, incarnation, stream, offset, given, soon } = reader
  const range = { tag, incarnation, stream, offset, limit: Math.min(pace.chunk, pace.perJob - given) }
  const answer = await ask(range, { soon, pace })
  if (answer === undefined) return false
  reader.soon = isBehind(answer)
  if (answer.kind === 'chunk') reader.given += answer.bytes.length
  yield* newsOf(answer, reader)
  return true
}

function* newsOf(answer: LogAnswer, reader: Reader): Generator<LogNews> {
  const { stream } = reader
  if (answer.kind === 'unavailable') {
    const { why, sentence } = answer
    return yield* unavailable(reader, { kind: 'unavailable', stream, why, sentence })
  }
  const { bytes, offset, size } = answer
  if (reader.offset > size) {
    Object.assign(reader, { offset: 0, soon: size > 0 })
    return yield { kind: 'reset', stream, why: `it was truncated to ${size} bytes` }
  }
  if (reader.offset < 0 && offset > 0) yield { kind: 'skipped', stream, offset: 0, length: offset }
  reader.offset = offset + bytes.length
  if (bytes.length > 0) yield { kind: 'chunk', stream, offset, bytes }
}

/** What is left of an attempt or incarnation that another has followed: kept here, or still on its host. */
async function* restOfOld(
  context: TailContext,
  job: JobRecord,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  const pace = context.paceOf(job)
  if (reader.tag !== job.tag) return yield* kept(context, reader, pace)
  const follower = context.followerOf(job.destination)
  for (reader.soon = true; follower && reader.soon && reader.given < pace.perJob;)
    yield* readLive((range, how) => follower.ask(range, { ...how, signal }), pace, reader)
}

/** Nothing came though there is more: the stream shrank as it was read. */
function isBehind(answer: LogAnswer): boolean {
  return (
    answer.kind === 'chunk' && answer.bytes.length > 0 && answer.offset + answer.bytes.length < answer.size
  )
}

async function* kept(context: TailContext, reader: Reader, pace: LogPace): AsyncGenerator<LogNews> {
  const { stream, incarnation } = reader
  if (incarnation === 0) return yield* unavailable(reader, notStarted(stream))
  yield* readKeptLog({ ...context, ...reader }, reader.offset, Math.min(pace.chunk, keptPiece))
}

function* unavailable(reader: Reader, news: Extract<LogNews, { kind: 'unavailable' }>): Generator<LogNews> {
  if (reader.told !== news.sentence) yield news
  reader.told = news.sentence
}

function startOf(from: LogFrom): number {
  if (from === 'start') return 0
  return 'last' in from ? -from.last : from.offset
}

function notStarted(stream: Stream) {
  const sentence = `The job has not started yet, so there is no ${stream}.`
  return { kind: 'unavailable', stream, why: 'not-started', sentence } as const
}

function notConfigured({ destination }: JobRecord, stream: Stream) {
  const sentence = `The destination ${destination} is not configured, so nothing can be read there.`
  return { kind: 'unavailable', stream, why: 'unsupported', sentence } as const
}

function atCap({ stream, given }: Reader) {
  const sentence = `${given} bytes of the ${stream} were given, which is the cap per job; the rest follows when the job has ended.`
  return { kind: 'unavailable', stream, why: 'too-large', sentence } as const
}

function unknownJob(key: JobKey): AbeyanceError {
  return new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs\` lists them`)
}
