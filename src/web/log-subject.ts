import { AbeyanceError } from '../core/error.ts'
import { jobKey, type JobKey } from '../core/ids.ts'
import type { KeptLog } from '../monitor/kept-log.ts'
import type { JobRecord, PastAttempt } from '../records/job-record.ts'
import { isFinal, type JobState } from '../records/job-state.ts'
import type { Stream } from '../runners/streams.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import { streamName } from './contract.ts'

/** Which stream of which attempt is asked for. */
export interface LogSubject {
  readonly key: JobKey
  readonly stream: Stream
  readonly job: JobRecord
  readonly attempt: Pick<PastAttempt, 'attempt' | 'tag' | 'state'>
  readonly incarnation: number
  /** Where it is kept, of one that has ended; undefined while it is on its host. */
  readonly kept: KeptLog | undefined
}

/** @throws `unknown-job`, also for an attempt that it has not, and for what is no stream */
export async function logSubject(
  view: WorkspaceView,
  param: (name: string) => string,
  wanted?: number,
): Promise<LogSubject> {
  const key = jobKey(param('key'))
  const job = await view.job(key)
  const stream = streamName.safeParse(param('stream')).data
  if (!job) throw new AbeyanceError('unknown-job', `there is no job ${key}`)
  if (stream === undefined)
    throw new AbeyanceError(
      'unknown-job',
      `a job has the streams ${streamName.options.join(', ')}, not ${param('stream')}`,
    )
  const attempt = wanted === undefined || wanted === job.attempt ? job : pastAttempt(job, wanted)
  const isOver = attempt !== job || isFinal(job.state)
  const kept = isOver ? keptLog(view, attempt, stream) : undefined
  return { key, stream, job, attempt, incarnation: incarnationOf(attempt.state), kept }
}

/** Where a stream of an attempt that has ended is kept. */
export function keptLog(
  view: WorkspaceView,
  { tag, state }: Pick<PastAttempt, 'tag' | 'state'>,
  stream: Stream,
): KeptLog {
  return { logFolder: stateFolder(view.folder).logs, tag, incarnation: incarnationOf(state), stream }
}

export function incarnationOf(state: JobState): number {
  return 'incarnation' in state ? state.incarnation : 0
}

function pastAttempt({ name, earlier, attempt }: JobRecord, wanted: number): PastAttempt {
  const past = earlier.find((one) => one.attempt === wanted)
  if (past) return past
  const known = [...earlier.map((one) => one.attempt), attempt].join(', ')
  throw new AbeyanceError('unknown-job', `${name} has no attempt ${wanted}; it has ${known}`)
}
