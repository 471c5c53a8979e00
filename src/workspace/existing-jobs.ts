import type { Clock } from '../core/clock.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { nativeId, type JobKey, type NativeId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { ExistingJob, ExistingJobEnd } from '../modules/module-type.ts'
import type { ExistingJobReport } from '../runners/existing-job-report.ts'
import type { Runner } from '../runners/runner.ts'

/** Watches jobs that somebody else submitted (rule J9): all of one scheduler with one question, rarely, and nothing but questions. */
export interface ExistingJobs {
  /** Looks once, and from then on now and then; gives the end where it is known at once. */
  hold(key: JobKey, job: ExistingJob): Promise<ExistingJobEnd | undefined>
  close(): void
}

interface Options {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  runnerOf(destination: string): Runner | undefined
  ended(key: JobKey, job: ExistingJob, end: ExistingJobEnd): Promise<void>
}

/** Between two looks, in ms: a quarter of the time that the youngest has been waited for, within these. */
const shortest = 10_000
const longest = 300_000
/** For so long it must be nowhere, at two looks, before it counts as ended: accounting may be late. */
const grace = 60_000

export function watchExistingJobs(options: Options): ExistingJobs {
  const { clock, logger } = options
  const held = new Map<JobKey, ExistingJob>()
  /** Since when, in ms since 1970. */
  const nowhere = new Map<JobKey, number>()
  let timer: unknown
  let closed = false

  async function look(destination: string, keys: readonly JobKey[]): Promise<Map<JobKey, ExistingJobEnd>> {
    const jobs = keys.flatMap((key) => {
      const job = held.get(key)
      return job === undefined ? [] : [{ key, id: nativeId(job.id) }]
    })
    const reports = await ask(
      options,
      destination,
      jobs.map(({ id }) => id),
    )
    const ends = new Map<JobKey, ExistingJobEnd>()
    for (const { key, id } of jobs) {
      const end = endOf(key, reports.get(id))
      if (end) ends.set(key, end)
    }
    return ends
  }

  function endOf(key: JobKey, report: ExistingJobReport | undefined): ExistingJobEnd | undefined {
    if (report?.kind !== 'nowhere') nowhere.delete(key)
    if (report?.kind === 'ended') {
      const { kind: _, ...end } = report
      return end
    }
    if (report?.kind !== 'nowhere') return undefined
    const since = nowhere.get(key) ?? clock.now()
    nowhere.set(key, since)
    if (clock.now() - since < grace) return undefined
    return { result: 'unknown', evidence: report.evidence }
  }

  async function turn(): Promise<void> {
    const places = new Set([...held.values()].map(({ destination }) => destination))
    for (const destination of places) {
      const keys = [...held].flatMap(([key, job]) => (job.destination === destination ? [key] : []))
      try {
        for (const [key, end] of await look(destination, keys)) await over(key, end)
      } catch (error) {
        // Nothing changes for a host that cannot be asked; it is asked again.
        logger.warn({ destination, error: messageOf(error) }, 'existing jobs could not be looked up')
      }
    }
    arm()
  }

  async function over(key: JobKey, end: ExistingJobEnd): Promise<void> {
    const job = held.get(key)
    if (job === undefined) return
    await options.ended(key, job, end)
    held.delete(key)
    nowhere.delete(key)
  }

  function arm(): void {
    clock.clearTimeout(timer)
    if (closed || held.size === 0) return
    const youngest = Math.max(...[...held.values()].map(({ since }) => since))
    const interval = Math.min(Math.max((clock.now() - youngest) / 4, shortest), longest)
    timer = clock.setTimeout(() => void turn(), nowhere.size > 0 ? Math.min(interval, grace) : interval)
  }

  return {
    async hold(key, job) {
      refuseWhatCannotTell(options, job)
      held.set(key, job)
      try {
        const end = (await look(job.destination, [key])).get(key)
        if (end) held.delete(key)
        return end
      } catch (error) {
        logger.warn({ job: job.id, error: messageOf(error) }, 'an existing job could not be looked up yet')
        return undefined
      } finally {
        arm()
      }
    },
    close() {
      closed = true
      clock.clearTimeout(timer)
    },
  }
}

const deadline = 60_000

async function ask(
  { runnerOf, signal }: Options,
  destination: string,
  ids: readonly NativeId[],
): Promise<ReadonlyMap<NativeId, ExistingJobReport>> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadline)])
  return (await runnerOf(destination)?.lookUp?.([...new Set(ids)], { signal: limit })) ?? new Map()
}

function refuseWhatCannotTell({ runnerOf }: Options, { destination, id }: ExistingJob): void {
  const runner = runnerOf(destination)
  if (runner?.lookUp) return
  if (runner === undefined)
    throw new AbeyanceError(
      'unknown-destination',
      `job ${id} is said to be on \`${destination}\`, and there is no such destination; name it in abeyance.yaml`,
    )
  throw new AbeyanceError(
    'unsupported',
    `job ${id} cannot be waited for on \`${destination}\`: its runner knows no jobs but its own; a wait for a \`file\` may do instead`,
  )
}
