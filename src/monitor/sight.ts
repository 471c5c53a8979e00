import type { JobRecord } from '../records/job-record.ts'
import type { JobReport } from '../runners/job-report.ts'
import { lookAtStopped } from './going-on.ts'
import { newsOfReport } from './job-news.ts'
import type { Watch } from './watch.ts'

/** What can be seen of an open job that a user holds for gone. */
export interface Sight {
  /** Whether nothing says that it runs or how it ended: then the user's word is all there is (rule J2). */
  readonly unseen: boolean
  readonly text: string
}

/**
 * Looks at a job once, closely; what was found is written down as ever. A host that did not answer this once may see the job
 * very well: only one that is held for unreachable sees nothing.
 */
export async function sightOf({ station, reach }: Watch, job: JobRecord): Promise<Sight> {
  const { key, tag, destination } = job
  const report = (await lookAtStopped(station, [job]))?.get(tag)
  if (report === undefined)
    return reach.lapse === undefined
      ? { unseen: false, text: `${destination} did not answer just now; try again` }
      : { unseen: true, text: `${destination} does not answer` }
  if (report.kind === 'quiet') return { unseen: false, text: `${destination} has nothing to say of it` }
  await station.ledger.hear([{ key, tag, news: newsOfReport(report) }])
  return { unseen: isUnseen(report), text: report.evidence }
}

function isUnseen(report: JobReport): boolean {
  return report.kind === 'running'
    ? report.unseen === true
    : report.kind === 'absent' || report.kind === 'unclear'
}
