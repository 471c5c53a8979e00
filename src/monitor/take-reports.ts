import { breather } from '../core/breather.ts'
import { messageOf } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import type { JobReport } from '../runners/job-report.ts'
import { noteOf } from './decide.ts'
import { newsOfReport } from './job-news.ts'
import { knownJobs } from './known-jobs.ts'
import type { HeardNews } from './ledger.ts'
import type { OpenJob } from './roster.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'

// Records put in one group: enough to share a sync, few enough that a group that fails is no great loss.
const together = 100

/**
 * Takes what a look reported: news goes to the records, and only what is on disk is settled with the host. `unclear` holds
 * the last unknown word of a job, so that it becomes history once.
 */
export async function takeReports(
  station: Station,
  reports: ReadonlyMap<Tag, JobReport>,
  unclear: Map<Tag, string>,
): Promise<void> {
  const news: HeardNews[] = []
  const settled: Tag[] = []
  const found = await askAgain(station, reports)
  const breathe = breather()
  for (const [tag, said] of reports) {
    if (said.kind === 'quiet') continue // nearly all of them, so nothing is spent on these
    await breathe()
    const job = jobOf(station, tag)
    if (job === undefined) continue
    const report = held(station, job, found.get(tag) ?? said)
    await judgeDestination(station, tag, report)
    if (isNews(station, job, report, unclear)) news.push({ key: job.key, tag, news: newsOfReport(report) })
    else settled.push(tag)
  }
  for (let at = 0; at < news.length; at += together) {
    const group = news.slice(at, at + together)
    if (await write(station, group)) settled.push(...group.map(({ tag }) => tag))
  }
  await settle(station, settled)
}

/**
 * That a scheduler holds a job for over is an end at the second look, a grace after the first: until then the job is only missing, since
 * what it wrote may not have come through yet.
 */
function held({ clock, settings }: Station, job: OpenJob, report: JobReport): JobReport {
  if (report.kind !== 'vanished' || !report.hearsay || !begun.has(job.kind)) return report
  if (job.missingSince !== undefined && clock.now() - job.missingSince >= settings.lostGrace) return report
  return { kind: 'absent', submitter: 'unknown', evidence: report.evidence }
}

/** What could not be written down of the destination is found out by the next job. */
async function judgeDestination({ pause, logger }: Station, tag: Tag, report: JobReport): Promise<void> {
  try {
    await pause.heard(tag, report)
  } catch (error) {
    logger.error({ error: messageOf(error) }, 'whether a destination works could not be written down')
  }
}

/**
 * Jobs that began and are not found are asked for once more, with what earlier looks told of their processes: a folder that
 * somebody removed is no end (rule J2). Where that fails, nothing was heard of them.
 */
async function askAgain(
  station: Station,
  reports: ReadonlyMap<Tag, JobReport>,
): Promise<ReadonlyMap<Tag, JobReport>> {
  const { destination, roster, clock, settings, signal, logger } = station
  const missing: OpenJob[] = []
  for (const [tag, { kind }] of reports) {
    if (kind !== 'absent' && kind !== 'vanished') continue
    const job = roster.watched.get(tag)
    if (job && begun.has(job.kind)) missing.push(job)
  }
  const known = await knownJobs(station, missing)
  if (known.size === 0) return new Map()
  const tags = new Set(known.keys())
  const limits = { clock, deadline: settings.lookDeadline, signal }
  try {
    const answer = await within(`looking for processes on ${destination.name}`, limits, (ours) =>
      destination.runner.look({ jobs: tags, doubtful: tags, ranges: [], known }, { signal: ours }),
    )
    return answer.reports
  } catch (error) {
    logger.warn({ destination: destination.name, error: messageOf(error) }, 'a look for processes failed')
    for (const job of missing) job.thoroughAt = 0
    return new Map([...tags].map((tag) => [tag, { kind: 'quiet' }]))
  }
}

const begun: ReadonlySet<string> = new Set(['queued', 'held', 'running'])

/** What could not be written is asked for again at the next look, and not settled (rule M3). */
async function write(station: Station, group: readonly HeardNews[]): Promise<boolean> {
  try {
    await station.ledger.hear(group)
    return true
  } catch (error) {
    station.logger.error({ error: messageOf(error) }, 'news could not be written down and is asked for again')
    for (const { tag } of group) {
      const job = jobOf(station, tag)
      if (job) job.thoroughAt = 0
    }
    return false
  }
}

async function settle(
  { destination, clock, settings, signal, logger }: Station,
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return
  const limits = { clock, deadline: settings.lookDeadline, signal }
  try {
    await within(`settling with ${destination.name}`, limits, (ours) =>
      destination.runner.settle(tags, { signal: ours }),
    )
  } catch (error) {
    logger.debug({ error: messageOf(error) }, 'settling failed; the same news will come again')
  }
}

function jobOf({ roster }: Station, tag: Tag): OpenJob | undefined {
  return roster.watched.get(tag) ?? roster.lost.get(tag)
}

/** Whether a report may change the record: what is held in memory answers that, without reading it. */
function isNews(station: Station, job: OpenJob, report: JobReport, unclear: Map<Tag, string>): boolean {
  if (report.kind === 'unclear') {
    const before = unclear.get(job.tag)
    unclear.set(job.tag, report.evidence)
    return before !== report.evidence
  }
  unclear.delete(job.tag)
  if (report.kind === 'absent') return isAbsenceNews(station, job)
  if (job.missingSince !== undefined) return true
  if (report.kind === 'submitting') return false
  if (report.kind !== job.kind) return true
  if (report.kind !== 'running') return false
  if (noteOf(report) !== job.noted) return true
  return report.incarnation > job.incarnation || (report.processes !== undefined && !job.traced)
}

/** That a job is missing is news at first, and when the grace is over; but where a rule would run it again, it is revoked first. */
function isAbsenceNews({ clock, settings, roster }: Station, job: OpenJob): boolean {
  if (job.kind === 'lost') return false
  if (job.kind === 'submit-unknown' || job.missingSince === undefined) return true
  const missing = clock.now() - job.missingSince
  if (missing >= 0 && missing < settings.lostGrace) return false
  if (missing >= 0 && job.revokeFirst) roster.revoke(job)
  return !roster.revoking.has(job.tag)
}
