import type { JobKey } from '../../core/ids.ts'
import { isFinal } from '../../records/job-state.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import type { Session } from '../session.ts'
import { openTicker } from '../ticker.ts'
import type { Choice, ChosenJob } from './choose-jobs.ts'
import type { LogsWriter } from './write-logs.ts'

export interface Following {
  readonly choice: Choice
  readonly writer: LogsWriter
  fits(job: ChosenJob['job']): boolean
}

interface Followed {
  readonly attempt: number
  over: boolean
}

// So many jobs are followed at once, each with its streams: the others' turn comes when one of these has ended.
const mostAtOnce = 100

// How often it is seen whether a run has come to more jobs, in milliseconds, at most and at least.
const least = 500
const most = 10_000

/** Writes what jobs write until all have ended and no more may come; one that is run again is followed again. */
export async function followLogs(
  session: Session,
  view: WorkspaceView,
  { choice, writer, fits }: Following,
): Promise<void> {
  const signal = session.interrupted
  const followed = new Map<JobKey, Followed>()
  const ticker = openTicker(view.events$, { least, most })
  const failures: unknown[] = []
  let active = 0
  let told = false
  const start = (chosen: ChosenJob, anew: boolean) => {
    const { key, attempt } = chosen.job
    const mine: Followed = { attempt, over: false }
    followed.set(key, mine)
    active++
    const end = () => {
      mine.over = true
      active--
      ticker.ring()
    }
    writer.write(chosen, { anew }).then(end, (error: unknown) => {
      failures.push(error)
      end()
    })
  }
  try {
    for (let round = 0; !signal.aborted && failures.length === 0; round++) {
      const more = await choice.isOpen()
      const due = (await choice.jobs()).filter(({ job }) => fits(job) && isDue(job, followed.get(job.key)))
      for (const chosen of due.slice(0, mostAtOnce - active)) start(chosen, round > 0)
      if (due.length + active > mostAtOnce && !told)
        session.tell(`abeyance: ${mostAtOnce} jobs are followed at once; others when these have ended`)
      told ||= due.length + active > mostAtOnce
      if (active === 0 && !more) break
      await ticker.next(signal)
    }
  } finally {
    ticker.close()
  }
  if (failures.length > 0) throw failures[0]
}

/** Not followed yet, or run again since its streams ended. */
function isDue(job: ChosenJob['job'], before: Followed | undefined): boolean {
  return before === undefined || (before.over && job.attempt > before.attempt && !isFinal(job.state))
}
