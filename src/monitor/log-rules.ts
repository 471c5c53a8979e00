import { messageOf } from '../core/error.ts'
import type { JobKey, Tag } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { LogRange } from '../runners/runner.ts'
import { ownStreams, type OwnStream } from '../runners/streams.ts'
import { rulesOf, type Apply, type ApplyContext } from './apply-rules.ts'
import type { LogNews } from './job-monitor.ts'
import { readJob } from './kept-job.ts'
import { readKeptLog } from './kept-log.ts'
import { logLines } from './log-lines.ts'
import { tailLog, type TailContext } from './log-tail.ts'
import type { OpenJob } from './roster.ts'
import { allMarks, markEntry, readMark, type RuleMark } from './rule-marks.ts'

export interface RuleContext extends ApplyContext {
  readonly tail: TailContext
  /** Bytes of a line that rules look at. */
  readonly logLine: number
  readonly signal: AbortSignal
}

/**
 * Follows the logs of jobs that have rules for them: progress, a notice, an early end (rule L5). A stream that is to be read has
 * a mark on disk from the job's begin until its last line was looked at, whatever became of our process or the job meanwhile.
 */
export interface RuleWatch {
  /** A job that runs now, or goes on to run; one that ended within a look is read from its beginning all the same. */
  take(job: OpenJob): void
  /** Reads on what an earlier process left: also of jobs that have ended, and of attempts that another followed. */
  begin(): Promise<void>
  close(): Promise<void>
}

export function openRuleWatch(context: RuleContext): RuleWatch {
  const under = new Map<string, Promise<void>>()

  function start(name: string, about: JobKey, read: () => Promise<void>): void {
    if (under.has(name)) return
    const work = read()
      .catch((error: unknown) => {
        if (context.signal.aborted) return
        context.logger.warn(
          { job: about, error: messageOf(error) },
          'log rules are not followed until a restart',
        )
      })
      .finally(() => under.delete(name))
    under.set(name, work)
  }

  const follow = (key: JobKey, stream: OwnStream) =>
    start(`${key}/${stream}`, key, () => followJob(context, key, stream))

  return {
    take({ key, kind, rules }) {
      const hasBegun = kind === 'running' || kind === 'fetching'
      if (rules && hasBegun) for (const stream of ownStreams) follow(key, stream)
    },
    async begin() {
      for await (const mark of allMarks(context.store)) {
        start(`mark ${mark.tag}/${mark.stream}`, mark.key, async () => {
          const job = await readJob(context.store, mark.key)
          if (job?.tag === mark.tag) follow(mark.key, mark.stream)
          else await readEarlier(context, job, mark)
        })
      }
    },
    close: () => Promise.all(under.values()).then(() => {}),
  }
}

/** One stream of a job through all its attempts, until none is to come. */
async function followJob(context: RuleContext, key: JobKey, stream: OwnStream): Promise<void> {
  const { store, signal } = context
  const done = new Set<Tag>()
  for (;;) {
    const job = await readJob(store, key)
    if (job === undefined || done.has(job.tag)) return
    const mark = await readMark(store, job.tag, stream)
    const incarnation = 'incarnation' in job.state ? job.state.incarnation : 0
    const from = mark?.incarnation === incarnation ? mark.offset : 0
    done.add(job.tag)
    for await (const next of applyTo(context, job, { stream, from }, present(context, key, stream, from)))
      done.add(next)
    if (signal.aborted) return
    await store.put([...done].map((tag) => markEntry({ tag, stream }, undefined)))
  }
}

/** What is left of an attempt that another has followed. */
async function readEarlier(context: RuleContext, job: JobRecord | undefined, mark: RuleMark): Promise<void> {
  const { tag, stream } = mark
  const past = job?.earlier.find((one) => one.tag === tag)
  if (job && past) {
    const then: JobRecord = { ...job, ...past }
    const incarnation = 'incarnation' in past.state ? past.state.incarnation : 0
    const from = mark.incarnation === incarnation ? mark.offset : 0
    const news = rest(context, then, { tag, incarnation, stream, offset: from })
    for await (const _ of applyTo(context, then, { stream, from, only: 'notice' }, news)) return
  }
  if (!context.signal.aborted) await context.store.put([markEntry({ tag, stream }, undefined)])
}

// So much of a log is at most looked at again after a restart: what is told is told once all the same.
const betweenMarks = 2 ** 20

interface Reading {
  readonly stream: OwnStream
  readonly from: number
  readonly only?: 'notice'
}

/** Applies the rules to every line; gives the tag of each attempt that the stream goes on with. */
async function* applyTo(
  context: RuleContext,
  job: JobRecord,
  { stream, from, only }: Reading,
  all: AsyncIterable<LogNews>,
): AsyncGenerator<Tag> {
  const { store, signal } = context
  const lines = logLines(context.logLine)
  let now: JobRecord | undefined = job
  let rules = rulesOf(context, job, only)
  let marked = from
  for await (const news of all) {
    if (news.kind === 'chunk') {
      await apply(rules, lines.feed(news.bytes))
      const next = news.offset + lastLine(news.bytes)
      if (now === undefined || next - marked < betweenMarks) continue
      marked = next
      const incarnation = 'incarnation' in now.state ? now.state.incarnation : 0
      await store.put([markEntry({ tag: now.tag, stream }, { key: now.key, incarnation, offset: next })])
    } else if (news.kind !== 'unavailable') lines.reset()
    if (news.kind !== 'reset') continue
    now = await readJob(store, job.key) // perhaps another attempt
    rules = now ? rulesOf(context, now) : []
    marked = 0
    if (now) yield now.tag
  }
  if (!signal.aborted) await apply(rules, lines.end())
}

async function apply(rules: readonly Apply[], lines: readonly string[]): Promise<void> {
  for (const line of lines) for (const rule of rules) await rule(line)
}

/** Where the line begins that these bytes do not complete; before them where they complete none. */
function lastLine(bytes: Uint8Array): number {
  return Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1
}

/** The stream of a job as it grows, and what its host has of one that ended and was not fetched. */
async function* present(
  context: RuleContext,
  key: JobKey,
  stream: OwnStream,
  from: number,
): AsyncGenerator<LogNews> {
  let offset = from
  for await (const news of tailLog(context.tail, { key, stream, from: { offset } }, context.signal)) {
    if (news.kind === 'chunk') offset = news.offset + news.bytes.length
    else if (news.kind === 'reset') offset = 0
    else if (news.kind === 'unavailable' && news.why === 'gone') {
      const job = await readJob(context.store, key)
      if (job === undefined || !isFinal(job.state)) continue
      const { tag } = job
      yield* onHost(context, job, { tag, incarnation: job.state.incarnation, stream, offset })
    }
    yield news
  }
}

type Place = Omit<LogRange, 'limit'>

async function* rest(context: RuleContext, job: JobRecord, place: Place): AsyncGenerator<LogNews> {
  const { tail } = context
  const log = { ...place, logFolder: tail.logFolder }
  for await (const news of readKeptLog(log, place.offset, tail.paceOf(job).chunk))
    if (news.kind === 'unavailable') yield* onHost(context, job, place)
    else yield news
}

/** Until there is no more, or the folder is gone. */
async function* onHost({ tail, signal }: RuleContext, job: JobRecord, place: Place): AsyncGenerator<LogNews> {
  const follower = tail.followerOf(job.destination)
  const pace = tail.paceOf(job)
  for (let { offset } = place; follower && place.incarnation > 0;) {
    const range = { ...place, offset, limit: pace.chunk }
    const answer = await follower.ask(range, { signal, soon: true, pace })
    if (answer.kind === 'unavailable' || answer.bytes.length === 0) return
    yield { kind: 'chunk', stream: place.stream, offset: answer.offset, bytes: answer.bytes }
    offset = answer.offset + answer.bytes.length
  }
}
