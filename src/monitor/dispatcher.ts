import { messageOf } from '../core/error.ts'
import { isJsonObject } from '../core/json.ts'
import type { Entry } from '../records/record-store.ts'
import type { Submission, SubmitAnswer } from '../runners/runner.ts'
import { wasNotSent } from '../transports/not-sent.ts'
import { graceAfter } from './grace-after.ts'
import { newsOfSubmission, type News } from './job-news.ts'
import { readJob } from './kept-job.ts'
import type { OpenJob } from './roster.ts'
import { stagingNews } from './staging-news.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'
import { workerLoop, type WorkerLoop } from './worker-loop.ts'

const minute = 60_000
/** Milliseconds in which no more jobs have to come before those that wait are submitted, where they go together. */
const gatherFor = 250

/**
 * Submits what waits for one destination, within its limits: the intent is on disk before a request goes out, the answer
 * right after it came. Whatever is in doubt becomes `submit-unknown` and is looked into, never repeated.
 */
export function openDispatcher(station: Station): WorkerLoop {
  const { destination, roster, clock, logger, settings } = station
  const timesKey = `submissions/${destination.name}`
  let times: readonly number[] | undefined
  let gathered = 0

  async function turn(): Promise<number> {
    await inDoubt(station)
    if (station.pause.since !== undefined) return Infinity // it is poked when that is over
    if (isGathering()) return gatherFor
    times ??= await readTimes()
    times = times.filter((time) => time <= clock.now() && clock.now() - time < minute)
    const { batch, wait } = choose(station, times)
    if (batch.length === 0) return wait
    const submissions = await prepare(batch)
    times = [...times, ...submissions.map(() => clock.now())]
    await station.ledger.hear(heard(batch, { type: 'sent' }), timesEntry(times))
    // A cancel may have come in between.
    const sent = batch.filter(({ tag }) => roster.asked.has(tag))
    const going = submissions.filter(({ tag }) => roster.asked.has(tag))
    await answer(station, sent, await submit(station, going))
    return 0
  }

  /** Whether more jobs came since the last turn, as those of a map do one after the other; once they fill a request they go. */
  function isGathering(): boolean {
    const before = gathered
    gathered = roster.waiting.size
    return destination.gathers === true && gathered > before && gathered < settings.submitAtOnce
  }

  /** With a limit a minute, the times of submissions are on disk with the intents, so that a restart does not forget them. */
  function timesEntry(value: readonly number[]): readonly Entry[] {
    if (destination.limits.submissionsPerMinute === undefined) return []
    return [{ kind: 'workspace', key: timesKey, value: { times: value } }]
  }

  async function readTimes(): Promise<readonly number[]> {
    const kept = await station.store.get({ kind: 'workspace', key: timesKey })
    const list = isJsonObject(kept) && Array.isArray(kept['times']) ? kept['times'] : []
    return list.filter((time) => typeof time === 'number')
  }

  async function prepare(batch: readonly OpenJob[]): Promise<readonly Submission[]> {
    const submissions: Submission[] = []
    for (const { key, tag } of batch) {
      const job = await readJob(station.store, key).catch(() => undefined)
      if (job) submissions.push({ tag, name: job.name, attempt: job.attempt, spec: job.spec })
      else {
        logger.error({ job: key }, 'a record that cannot be read is not submitted; the others go on')
        roster.remove(tag)
      }
    }
    return submissions
  }

  return workerLoop({ name: `dispatcher of ${destination.name}`, clock, logger }, () =>
    station.signal.aborted ? Promise.resolve(Infinity) : turn(),
  )
}

/** A rejection means that nobody knows: every job of the batch is in doubt, but where the way there knows that nothing went out. */
async function submit(
  station: Station,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, SubmitAnswer>> {
  const { destination, roster, clock, logger, settings } = station
  // A request that is on its way when the monitor closes is let come to its end: cut off, it would be in doubt.
  const grace = graceAfter(station.signal, clock, settings.closeGrace)
  const limits = { clock, deadline: settings.submitDeadline, signal: grace.signal }
  const travelled = stagingNews(station, (tag) => roster.asked.get(tag)?.key)
  // Large inputs take their time: as long as they travel, the submission is not late.
  const call = (signal: AbortSignal, goesOn: () => void) =>
    destination.runner.submit(submissions, {
      signal,
      travelled(tag, travel) {
        goesOn()
        travelled(tag, travel)
      },
    })
  try {
    return await within(`submitting to ${destination.name}`, limits, call)
  } catch (error) {
    const message = messageOf(error)
    const kind = wasNotSent(error) ? 'not-tried' : 'doubt'
    logger.warn({ destination: destination.name, error: message, kind }, 'a submission came to no answer')
    return new Map(submissions.map(({ tag }) => [tag, { kind, message }]))
  } finally {
    grace.end()
  }
}

async function answer(
  { ledger, clock, settings }: Station,
  batch: readonly OpenJob[],
  answers: ReadonlyMap<string, SubmitAnswer>,
): Promise<void> {
  const later = clock.now() + settings.submitAgain
  await ledger.hear(
    batch.map(({ key, tag }) => ({ key, tag, news: newsOfSubmission(answers.get(tag), later) })),
  )
}

/** Requests whose answer was never written down: after a restart, or where writing it failed. */
async function inDoubt({ ledger, roster }: Station): Promise<void> {
  const asked = [...roster.asked.values()]
  if (asked.length === 0) return
  await ledger.hear(heard(asked, { type: 'doubt', message: 'no answer to the submission is on disk' }))
}

interface Choice {
  readonly batch: readonly OpenJob[]
  /** When nothing can go now: milliseconds until something may. A slot that becomes free calls by itself. */
  readonly wait: number
}

/** First come, first served; a job that must wait for its cores or memory holds back those behind it, so that none waits for ever. */
function choose(
  { destination: { limits }, roster, settings, clock }: Station,
  times: readonly number[],
): Choice {
  const now = clock.now()
  const busy = [...roster.asked.values(), ...roster.watched.values()]
  let slots = (limits.jobs ?? Infinity) - busy.length
  let cores = (limits.cores ?? Infinity) - sumOf(busy, 'cores')
  let memory = (limits.memory ?? Infinity) - sumOf(busy, 'memory')
  const most = Math.min(settings.submitAtOnce, (limits.submissionsPerMinute ?? Infinity) - times.length)
  const batch: OpenJob[] = []
  let wait = Infinity
  for (const job of roster.waiting.values()) {
    const delay = delayOf(job, now)
    if (delay > 0) {
      wait = Math.min(wait, delay)
      continue
    }
    if (batch.length >= most) {
      wait = Math.min(wait, times[0] === undefined ? 0 : times[0] + minute - now)
      break
    }
    // One that asks for more than there is goes when all of it is free.
    const hasCores = job.cores <= cores || cores === limits.cores
    const hasMemory = job.memory <= memory || memory === limits.memory
    if (slots < 1 || !hasCores || !hasMemory) break
    slots -= 1
    cores -= job.cores
    memory -= job.memory
    batch.push(job)
  }
  return { batch, wait: Math.max(wait, 1) }
}

/** A clock that was set back behind the state's beginning makes nobody wait for it (rule M5). */
function delayOf({ notBefore, since }: OpenJob, now: number): number {
  return now < since ? 0 : notBefore - now
}

function sumOf(jobs: readonly OpenJob[], what: 'cores' | 'memory'): number {
  return jobs.reduce((sum, job) => sum + job[what], 0)
}

function heard(batch: readonly OpenJob[], news: News) {
  return batch.map(({ key, tag }) => ({ key, tag, news }))
}
