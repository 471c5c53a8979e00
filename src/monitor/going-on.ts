import { messageOf } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import type { JobReport } from '../runners/job-report.ts'
import { newsOfReport } from './job-news.ts'
import { knownJobs } from './known-jobs.ts'
import type { HeardNews } from './ledger.ts'
import type { OpenJob, Roster } from './roster.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'

/**
 * Those of `due` that are to be stopped now. Of jobs whose results are to be kept a look says first which ended by themselves:
 * these go their normal way, and of the others it is written down that their host is about to be asked (rule J6).
 */
export async function goingOn(station: Station, due: readonly OpenJob[]): Promise<readonly OpenJob[]> {
  const fresh = due.filter(({ cancel }) => cancel === 'look')
  if (fresh.length === 0) return due
  const reports = await lookAtStopped(station, fresh)
  if (reports === undefined) return due.filter(({ cancel }) => cancel !== 'look')
  const news = fresh.map(({ key, tag }): HeardNews => {
    const report = reports.get(tag)
    const isOver = report?.kind === 'ended' || report?.kind === 'vanished'
    return { key, tag, news: isOver ? newsOfReport(report) : { type: 'asked' } }
  })
  await station.ledger.hear(news)
  return due.filter(({ tag, cancel }) => cancel !== 'look' || isToBeKept(station.roster, tag))
}

/** Whether a job is to be stopped with its results kept, and its host was or is about to be asked. */
export function isToBeKept({ unwanted }: Roster, tag: Tag): boolean {
  return unwanted.get(tag)?.cancel === 'keep'
}

/** A thorough look at jobs that are to be stopped or given up, or were stopped; undefined where the host could not be asked. */
export async function lookAtStopped(
  station: Station,
  jobs: readonly Pick<OpenJob, 'key' | 'tag'>[],
): Promise<ReadonlyMap<Tag, JobReport> | undefined> {
  if (jobs.length === 0) return new Map()
  const { destination, clock, logger, settings, signal } = station
  const tags = new Set(jobs.map(({ tag }) => tag))
  const known = await knownJobs(station, jobs)
  const limits = { clock, deadline: settings.lookDeadline, signal }
  try {
    const answer = await within(`looking closely at jobs on ${destination.name}`, limits, (ours) =>
      destination.runner.look({ jobs: tags, doubtful: tags, ranges: [], known }, { signal: ours }),
    )
    return answer.reports
  } catch (error) {
    const about = { destination: destination.name, error: messageOf(error) }
    logger.warn(about, 'a close look at jobs failed')
    return undefined
  }
}
