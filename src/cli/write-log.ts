import {
  concatMap,
  from,
  fromEvent,
  lastValueFrom,
  takeUntil,
  timeout,
  catchError,
  EMPTY,
  TimeoutError,
} from './observables.ts'
import type { Observable } from 'rxjs'
import { AbeyanceError } from '../core/error.ts'
import type { LogFrom, LogNews } from '../monitor/job-monitor.ts'
import { readKeptLog } from '../monitor/kept-log.ts'
import type { JobRecord, PastAttempt } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { Session } from './session.ts'

/** Which part of which stream; offsets and counts in bytes. */
export interface LogWords {
  readonly follow?: true
  readonly stderr?: true
  readonly last?: number
  readonly from?: number
  readonly attempt?: number
}

// How long a reader that does not follow waits for a host that does not answer.
const patience = 3000

/** Writes a stream of a job to standard output, byte for byte; what is left out or cannot be had is said on standard error. */
export async function writeLog(
  session: Session,
  view: WorkspaceView,
  job: JobRecord,
  words: LogWords,
): Promise<void> {
  const news$ =
    words.follow || isFinal(job.state) ? newsOf(view, job, words) : untilQuiet(newsOf(view, job, words))
  const written = news$.pipe(
    takeUntil(fromEvent(session.interrupted, 'abort')),
    concatMap((news) => write(session, news)),
  )
  await lastValueFrom(written, { defaultValue: undefined })
}

function newsOf(view: WorkspaceView, job: JobRecord, words: LogWords): Observable<LogNews> {
  const stream = words.stderr ? 'stderr' : 'stdout'
  const start: LogFrom =
    words.last !== undefined
      ? { last: words.last }
      : words.from !== undefined
        ? { offset: words.from }
        : 'start'
  if (words.attempt === undefined || words.attempt === job.attempt)
    return view.log$(job.key, stream, start, words.follow ? {} : { until: 'now' })
  const { tag, state } = pastAttempt(job, words.attempt)
  const incarnation = 'incarnation' in state ? state.incarnation : 0
  const kept = { logFolder: stateFolder(view.folder).logs, tag, incarnation, stream } as const
  const offset = words.last === undefined ? (words.from ?? 0) : -words.last
  return from(readKeptLog(kept, offset, 256 * 1024))
}

function pastAttempt({ name, earlier, attempt }: JobRecord, wanted: number): PastAttempt {
  const past = earlier.find((one) => one.attempt === wanted)
  if (past !== undefined) return past
  const known = [...earlier.map((one) => one.attempt), attempt].join(', ')
  throw new AbeyanceError('usage', `${name} has no attempt ${wanted}; it has ${known}`)
}

/** What a host does not answer in time is not waited for. */
function untilQuiet(news$: Observable<LogNews>): Observable<LogNews> {
  return news$.pipe(
    timeout({ each: patience }),
    catchError((error: unknown) => {
      if (error instanceof TimeoutError) return EMPTY
      throw error
    }),
  )
}

async function write(session: Session, news: LogNews): Promise<void> {
  switch (news.kind) {
    case 'chunk':
      return session.write(news.bytes)
    case 'skipped':
      return session.tell(`abeyance: ${news.length} bytes from ${news.offset} on are left out`)
    case 'reset':
      return session.tell(`abeyance: the log begins anew: ${news.why}`)
    case 'unavailable':
      return session.tell(`abeyance: ${news.sentence}`)
  }
}
