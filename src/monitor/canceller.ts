import { messageOf } from '../core/error.ts'
import type { JobKey, Tag } from '../core/ids.ts'
import type { CancelAnswer } from '../runners/runner.ts'
import { backoff } from './backoff.ts'
import { foundEnd, newsOfCancel, type FoundEnd, type News } from './job-news.ts'
import { readJob } from './kept-job.ts'
import { knownJobs } from './known-jobs.ts'
import { goingOn, isToBeKept, lookAtStopped } from './going-on.ts'
import type { OpenJob } from './roster.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'
import { workerLoop, type WorkerLoop } from './worker-loop.ts'

/**
 * Ends the jobs of one destination whose end is wanted, and asks again until the host confirms (rule J6). One whose results
 * are to be kept is looked at before, so that what ended by itself goes its normal way, and after, for how it ended.
 */
export function openCanceller(station: Station): WorkerLoop {
  const { destination, roster, clock, logger, settings, signal } = station
  const askedAt = new Map<Tag, { failures: number; at: number }>()

  async function turn(): Promise<number> {
    for (const tag of askedAt.keys()) if (!wanted().has(tag)) askedAt.delete(tag)
    const due = [...wanted().values()].filter((job) => left(job) <= 0)
    if (due.length > 0 && !signal.aborted) await ask(due)
    return Math.max(1, Math.min(Infinity, ...[...wanted().values()].map(left)))
  }

  const wanted = (): ReadonlyMap<Tag, OpenJob> => new Map([...roster.revoking, ...roster.unwanted])

  function left({ tag }: OpenJob): number {
    const wait = (askedAt.get(tag)?.at ?? 0) - clock.now()
    return wait <= settings.lastRetry ? wait : 0 // a clock set back
  }

  async function ask(due: readonly OpenJob[]): Promise<void> {
    for (const { tag } of due) {
      const failures = (askedAt.get(tag)?.failures ?? 0) + 1
      askedAt.set(tag, { failures, at: clock.now() + backoff(failures, settings) })
    }
    const going = await goingOn(station, due)
    if (going.length === 0) return
    const answers = await cancelAll(station, going)
    const isKept = ({ tag }: OpenJob) => answers.get(tag)?.kind === 'stopped' && isToBeKept(roster, tag)
    const ends = await lookAtStopped(station, going.filter(isKept))
    for (const job of going) {
      const answer = answers.get(job.tag)
      if (answer === undefined || (isKept(job) && ends === undefined)) continue
      await take(job, answer, foundEnd(ends?.get(job.tag)))
    }
  }

  async function take(job: OpenJob, answer: CancelAnswer, end: FoundEnd | undefined): Promise<void> {
    const isPlain = job.cancel === 'no' || job.cancel === 'end'
    if (answer.kind === 'stopped' && isPlain && !isToBeKept(roster, job.tag)) await keepStreams(station, job)
    const said = newsFor(job, answer)
    const news: News = said.type === 'stopped' && end !== undefined ? { ...said, end } : said
    await station.ledger.hear([{ key: job.key, tag: job.tag, news }])
  }

  function newsFor(job: OpenJob, answer: CancelAnswer): News {
    const revoked = roster.revoking.has(job.tag) && answer.kind === 'stopped'
    return revoked ? { type: 'revoked', evidence: answer.evidence } : newsOfCancel(answer)
  }

  return workerLoop({ name: `canceller of ${destination.name}`, clock, logger }, turn)
}

/** What a stopped job had written stays readable; where it cannot be had, the job ends without (rule J5). */
async function keepStreams(
  { destination, store, clock, logger, settings, signal }: Station,
  { key, tag, incarnation }: OpenJob,
): Promise<void> {
  if (incarnation === 0) return
  try {
    const job = await readJob(store, key)
    if (job === undefined) return
    const limits = { clock, deadline: settings.fetchDeadline, signal }
    const question = { tag, incarnation, spec: job.spec, outputs: false }
    await within(`fetching the streams of ${job.name}`, limits, (ours) =>
      destination.runner.fetch(question, { signal: ours }),
    )
  } catch (error) {
    logger.warn({ job: key, error: messageOf(error) }, 'the streams of a cancelled job could not be kept')
  }
}

/** Asks the host to stop jobs; where it cannot be asked, there is no answer, and it is asked again. */
export async function cancelAll(
  station: Station,
  jobs: readonly { readonly key: JobKey; readonly tag: Tag }[],
): Promise<ReadonlyMap<Tag, CancelAnswer>> {
  const { destination, clock, logger, settings, signal } = station
  const known = await knownJobs(station, jobs)
  const tags = jobs.map(({ tag }) => tag)
  const limits = { clock, deadline: settings.cancelDeadline, signal }
  try {
    return await within(`cancelling on ${destination.name}`, limits, (ours) =>
      destination.runner.cancel(tags, { signal: ours, known }),
    )
  } catch (error) {
    logger.warn({ destination: destination.name, error: messageOf(error) }, 'a cancel failed and is repeated')
    return new Map()
  }
}
