import { AbeyanceError } from '../../core/error.ts'
import type { LogFrom, LogNews } from '../../monitor/job-monitor.ts'
import { readKeptLog } from '../../monitor/kept-log.ts'
import type { JobRecord, PastAttempt } from '../../records/job-record.ts'
import type { Stream } from '../../runners/streams.ts'
import { stateFolder } from '../../workspace/state-folder.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { readLog } from './read-log.ts'

export interface LogSource {
  read(
    from: LogFrom,
    take: (news: LogNews) => Promise<void>,
    options?: { readonly follow?: boolean },
  ): Promise<void>
}

export interface LogPlace {
  readonly job: JobRecord
  readonly stream: Stream
  /** The present one when not given. */
  readonly attempt?: number | undefined
  readonly signal: AbortSignal
}

// Of a kept stream, in bytes.
const piece = 256 * 1024

/** A stream of a job, or of one of its earlier attempts. */
export function logSource(view: WorkspaceView, { job, stream, attempt, signal }: LogPlace): LogSource {
  if (attempt === undefined || attempt === job.attempt)
    return {
      read: (from, take, { follow = false } = {}) =>
        readLog(view, { key: job.key, stream, from, follow }, { take, signal }),
    }
  const { tag, state } = pastAttempt(job, attempt)
  const incarnation = 'incarnation' in state ? state.incarnation : 0
  const kept = { logFolder: stateFolder(view.folder).logs, tag, incarnation, stream } as const
  return {
    async read(from, take) {
      const offset = from === 'start' ? 0 : 'last' in from ? -from.last : from.offset
      for await (const news of readKeptLog(kept, offset, piece)) {
        if (signal.aborted) return
        await take(news)
      }
    },
  }
}

function pastAttempt({ name, earlier, attempt }: JobRecord, wanted: number): PastAttempt {
  const past = earlier.find((one) => one.attempt === wanted)
  if (past !== undefined) return past
  const known = [...earlier.map((one) => one.attempt), attempt].join(', ')
  throw new AbeyanceError('usage', `${name} has no attempt ${wanted}; it has ${known}`)
}
