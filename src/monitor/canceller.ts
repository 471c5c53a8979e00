import { messageOf } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import type { CancelAnswer } from '../runners/runner.ts'
import { backoff } from './backoff.ts'
import { newsOfCancel, type News } from './job-news.ts'
import { readJob } from './kept-job.ts'
import type { OpenJob } from './roster.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'
import { workerLoop, type WorkerLoop } from './worker-loop.ts'

/** Ends the jobs of one destination whose end is wanted, and asks again until the host confirms (rule J6). */
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
    const answers = await cancelAll(
      station,
      due.map(({ tag }) => tag),
    )
    for (const job of due) {
      const answer = answers.get(job.tag)
      if (answer) await take(job, answer)
    }
  }

  async function take(job: OpenJob, answer: CancelAnswer): Promise<void> {
    if (answer.kind === 'stopped') await keepStreams(job)
    await station.ledger.hear([{ key: job.key, tag: job.tag, news: newsFor(job, answer) }])
  }

  function newsFor(job: OpenJob, answer: CancelAnswer): News {
    const revoked = roster.revoking.has(job.tag) && answer.kind === 'stopped'
    return revoked ? { type: 'revoked', evidence: answer.evidence } : newsOfCancel(answer)
  }

  /** What a stopped job had written stays readable; where it cannot be had, the job ends without (rule J5). */
  async function keepStreams({ key, tag, incarnation }: OpenJob): Promise<void> {
    if (incarnation === 0) return
    try {
      const job = await readJob(station.store, key)
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

  return workerLoop({ name: `canceller of ${destination.name}`, clock, logger }, turn)
}

/** Asks the host to stop jobs; where it cannot be asked, there is no answer, and it is asked again. */
export async function cancelAll(
  { destination, clock, logger, settings, signal }: Station,
  tags: readonly Tag[],
): Promise<ReadonlyMap<Tag, CancelAnswer>> {
  const limits = { clock, deadline: settings.cancelDeadline, signal }
  try {
    return await within(`cancelling on ${destination.name}`, limits, (ours) =>
      destination.runner.cancel(tags, { signal: ours }),
    )
  } catch (error) {
    logger.warn({ destination: destination.name, error: messageOf(error) }, 'a cancel failed and is repeated')
    return new Map()
  }
}
