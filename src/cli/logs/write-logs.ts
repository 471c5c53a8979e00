import type { LogFrom, LogNews } from '../../monitor/job-monitor.ts'
import type { JobRecord } from '../../records/job-record.ts'
import { isFinal } from '../../records/job-state.ts'
import type { Stream } from '../../runners/streams.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { clean } from '../clean-text.ts'
import { paints } from '../paint.ts'
import type { Session } from '../session.ts'
import type { ChosenJob } from './choose-jobs.ts'
import { lastLinesFrom } from './last-lines-from.ts'
import { logSource } from './log-source.ts'
import { openPen, rawPen, type Pen } from './pen.ts'

export interface LogsManner {
  readonly streams: readonly Stream[]
  readonly follow: boolean
  readonly from: LogFrom | { readonly lines: number }
  /** An earlier one; the present one when not given. */
  readonly attempt?: number | undefined
  /** Whether each line says which job wrote it. */
  readonly prefixed: boolean
  readonly timestamps: boolean
  readonly raw: boolean
}

export interface LogsWriter {
  /** Writes the streams of a job; `anew`: from its start, though others began elsewhere. */
  write(chosen: ChosenJob, options?: { readonly anew?: boolean }): Promise<void>
}

// A prefix may take so much of a line, in characters.
const widest = 32

/** What writes the logs of several jobs: to whom a line belongs stands before it, in the colour of its job. */
export function openLogsWriter(session: Session, view: WorkspaceView, manner: LogsManner): LogsWriter {
  const paint = paints(session.colours)
  const places = new Map<string, number>()
  let width = 0
  const prefixOf = ({ job, label }: ChosenJob, stream: Stream) => {
    if (!manner.prefixed) return ''
    if (!places.has(job.key)) places.set(job.key, places.size)
    const name = shortened(clean(label))
    width = Math.max(width, name.length)
    const mark = isError(stream) ? paint.red('!') : '|'
    return `${paint.nth(places.get(job.key) ?? 0)(name.padEnd(width))} ${mark} `
  }
  const one = async (chosen: ChosenJob, stream: Stream, from: LogsManner['from'], said: Set<string>) => {
    const { follow, raw, timestamps, attempt } = manner
    const source = logSource(view, { job: chosen.job, stream, attempt, signal: session.interrupted })
    const write = outletOf(session, manner, stream)
    const pen = raw
      ? rawPen(write)
      : openPen({
          write,
          prefix: prefixOf(chosen, stream),
          colours: session.colours,
          ...(timestamps && { now: Date.now }),
        })
    const isLines = typeof from === 'object' && 'lines' in from
    const place = isLines ? await lastLinesFrom(source, from.lines) : from
    const tell = (sentence: string) => {
      if (!said.has(sentence))
        session.tell(`abeyance: ${manner.prefixed ? `${clean(chosen.label)}: ` : ''}${sentence}`)
      said.add(sentence)
    }
    // That a job waits for its turn is said once for both its streams, and of several that are followed not at all.
    const isNews = (news: LogNews) => {
      if (news.kind !== 'unavailable' || news.why !== 'not-started') return true
      const isTold = said.has(news.why) || (follow && manner.prefixed)
      said.add(news.why)
      return !isTold
    }
    await source.read(place, async (news) => (isNews(news) ? take(news, pen, tell) : undefined), { follow })
    await pen.end()
  }
  return {
    async write(chosen, { anew = false } = {}) {
      const from = anew ? 'start' : manner.from
      const said = new Set<string>()
      // What is written while it is followed comes as it comes; what is there is read one stream after the other.
      const live = manner.follow && !isFinal(chosen.job.state)
      if (live) await Promise.all(manner.streams.map((stream) => one(chosen, stream, from, said)))
      else for (const stream of manner.streams) await one(chosen, stream, from, said)
    },
  }
}

async function take(news: LogNews, pen: Pen, tell: (sentence: string) => void): Promise<void> {
  switch (news.kind) {
    case 'chunk':
      return pen.take(news.bytes)
    case 'skipped':
      return tell(`${news.length} bytes of the ${news.stream} from ${news.offset} on are left out`)
    case 'reset':
      await pen.end()
      return tell(`the ${news.stream} begins anew: ${news.why}`)
    case 'unavailable':
      return tell(news.sentence)
  }
}

/** A job's standard error goes to ours, so that a pipe has its output alone; asked for alone, it is the answer. */
function outletOf(session: Session, { streams }: LogsManner, stream: Stream): Session['write'] {
  return isError(stream) && streams.length > 1 ? session.writeError : session.write
}

function isError(stream: Stream): boolean {
  return stream === 'stderr' || stream === 'job_stderr'
}

/** With its middle left out where it is long: names of elements differ at both ends. */
function shortened(name: string): string {
  return name.length <= widest ? name : `${name.slice(0, 20)}…${name.slice(21 - widest)}`
}

/** Jobs that ended before a time are left out: streams say not when a line was written. */
export function since(time: number | undefined): (job: JobRecord) => boolean {
  return ({ state }) => time === undefined || !isFinal(state) || state.since >= time
}
