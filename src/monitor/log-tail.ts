import { AbeyanceError } from '../core/error.ts'
import type { JobKey, Tag } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { LogAnswer, Stream } from '../runners/runner.ts'
import type { Bell } from './bell.ts'
import type { Follower } from './follower.ts'
import type { LogFrom, LogNews } from './job-monitor.ts'
import { readKeptLog } from './kept-log.ts'
import { readJob } from './kept-job.ts'

export interface TailContext {
  readonly store: Pick<RecordStore, 'get'>
  /** Where streams of ended attempts are kept. */
  readonly logFolder: string
  /** Bytes of one chunk. */
  readonly logChunk: number
  /** Rung when a job changed. */
  readonly bell: Bell<JobKey>
  followerOf(destination: string): Follower | undefined
}

export interface TailQuestion {
  readonly key: JobKey
  readonly stream: Stream
  readonly from: LogFrom
}

/** Where a reader stands: the next byte that it has not seen. A negative offset counts from an end that is not known yet. */
interface Reader {
  readonly stream: Stream
  tag: Tag
  incarnation: number
  offset: number
  /** The last sentence about a stream that cannot be had: said once, not at every look. */
  told: string
  /** The host has more than the last chunk. */
  soon: boolean
}

/**
 * One stream of a job, byte for byte: from its host while the job runs, from what was kept when it has ended. It asks for
 * the next chunk when the last one was taken, so that a reader never holds more than one (rule L4). Ends with the job.
 */
export async function* tailLog(
  context: TailContext,
  { key, stream, from }: TailQuestion,
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
      reader ??= { stream, tag, incarnation, offset: startOf(from), told: '', soon: false }
      if (reader.incarnation > 0 && (reader.tag !== tag || reader.incarnation < incarnation)) {
        yield* restOfOld(context, job, reader, signal)
        const what = reader.tag === tag ? 'the scheduler runs it again' : 'a new attempt'
        yield { kind: 'reset', stream, why: what }
        reader.offset = 0
      }
      Object.assign(reader, { tag, incarnation })
      if (isFinal(job.state)) return yield* kept(context, reader)
      const follower = context.followerOf(job.destination)
      if (incarnation > 0 && follower) yield* readLive(context, follower, reader, signal)
      else {
        yield* unavailable(reader, incarnation > 0 ? notConfigured(job, stream) : notStarted(stream))
        await change.rung
      }
    } finally {
      change.stop()
    }
  }
}

/** One answer of the host. */
async function* readLive(
  { logChunk }: TailContext,
  follower: Follower,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  const { tag, incarnation, stream, offset, soon } = reader
  const range = { tag, incarnation, stream, offset, limit: logChunk }
  const answer = await follower.ask(range, { signal, soon })
  reader.soon = answer.kind === 'chunk' && answer.offset + answer.bytes.length < answer.size
  yield* newsOf(answer, reader)
}

function* newsOf(answer: LogAnswer, reader: Reader): Generator<LogNews> {
  const { stream } = reader
  if (answer.kind === 'unavailable') {
    const { why, sentence } = answer
    return yield* unavailable(reader, { kind: 'unavailable', stream, why, sentence })
  }
  const { bytes, offset, size } = answer
  if (reader.offset > size) {
    reader.offset = 0
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
  if (reader.tag !== job.tag) return yield* kept(context, reader)
  const follower = context.followerOf(job.destination)
  for (let before = -1; follower && before !== reader.offset;) {
    before = reader.offset
    yield* readLive(context, follower, reader, signal)
  }
}

async function* kept(context: TailContext, reader: Reader): AsyncGenerator<LogNews> {
  const { stream, incarnation } = reader
  if (incarnation === 0) return yield* unavailable(reader, notStarted(stream))
  yield* readKeptLog({ ...context, ...reader }, reader.offset, context.logChunk)
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

function unknownJob(key: JobKey): AbeyanceError {
  return new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs\` lists them`)
}
