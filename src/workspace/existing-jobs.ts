import type { Clock } from '../core/clock.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { nativeId, type JobKey, type NativeId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { ExistingJob, ExistingJobEnd } from '../modules/module-type.ts'
import type { ExistingJobReport } from '../runners/existing-job-report.ts'
import type { Runner } from '../runners/runner.ts'

/** Watches jobs that somebody else submitted (rule J9): all of one scheduler with one question, rarely, and nothing but questions. */
export interface ExistingJobs {
  /** Looks once, and from then on now and then; gives the job with its end where that is known at once. */
  hold(key: JobKey, job: ExistingJob): Promise<ExistingJob>
  close(): void
}

interface Options {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  runnerOf(destination: string): Runner | undefined
  /** How it ended is on disk before anything is made of it: the scheduler may forget it. */
  keep(key: JobKey, job: ExistingJob): Promise<void>
  over(key: JobKey): void
}

/** Between two looks, in ms: a quarter of the time that the youngest has been waited for, within these. */
const shortest = 10_000
const longest = 300_000
/** For so long it must be nowhere, at two looks, before it counts as ended: accounting may be late. */
const grace = 60_000

export function watchExistingJobs(options: Options): ExistingJobs {
  const { clock, logger } = options
  const held = new Map<JobKey, ExistingJob>()
  const ends = judgeOfEnds(clock)
  let timer: unknown
  let closed = false

  async function turn(): Promise<void> {
    for (const destination of new Set([...held.values()].map((job) => job.destination))) {
      const jobs = [...held].filter(([, job]) => job.destination === destination)
      try {
        const reports = await ask(
          options,
          destination,
          jobs.map(([, job]) => job),
        )
        for (const [key, job] of jobs) {
          const end = ends.endOf(key, reports.get(nativeId(job.id)))
          if (end === undefined) continue
          await options.keep(key, { ...job, end })
          held.delete(key)
          options.over(key)
        }
      } catch (error) {
        // Nothing changes for a host that cannot be asked; it is asked again.
        logger.warn({ destination, error: messageOf(error) }, 'existing jobs could not be looked up')
      }
    }
    arm()
  }

  function arm(): void {
    clock.clearTimeout(timer)
    if (closed || held.size === 0) return
    const youngest = Math.max(...[...held.values()].map(({ since }) => since))
    const interval = Math.min(Math.max((clock.now() - youngest) / 4, shortest), longest)
    timer = clock.setTimeout(() => void turn(), ends.hasDoubt() ? Math.min(interval, grace) : interval)
  }

  return {
    async hold(key, job) {
      if (job.end) return job
      refuseWhatCannotTell(options, job)
      held.set(key, job)
      try {
        const end = ends.endOf(key, (await ask(options, job.destination, [job])).get(nativeId(job.id)))
        if (end === undefined) return job
        await options.keep(key, { ...job, end })
        held.delete(key)
        return { ...job, end }
      } catch (error) {
        logger.warn({ job: job.id, error: messageOf(error) }, 'an existing job could not be looked up yet')
        return job
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

/** What reports mean: only accounting says how a job ended; one that is nowhere ended too, once that has been so for a while. */
function judgeOfEnds(clock: Clock) {
  /** Since when, in ms since 1970. */
  const nowhere = new Map<JobKey, number>()
  return {
    hasDoubt: () => nowhere.size > 0,
    endOf(key: JobKey, report: ExistingJobReport | undefined): ExistingJobEnd | undefined {
      if (report?.kind !== 'nowhere') nowhere.delete(key)
      if (report?.kind === 'ended') {
        const { kind: _, ...end } = report
        return end
      }
      if (report?.kind !== 'nowhere') return undefined
      const since = nowhere.get(key)
      if (since === undefined) nowhere.set(key, clock.now())
      if (since === undefined || clock.now() - since < grace) return undefined
      nowhere.delete(key)
      return { result: 'unknown', evidence: report.evidence }
    },
  }
}

async function ask(
  { runnerOf, signal }: Options,
  destination: string,
  jobs: readonly ExistingJob[],
): Promise<ReadonlyMap<NativeId, ExistingJobReport>> {
  const ids = new Set(jobs.map(({ id }) => nativeId(id)))
  return (await runnerOf(destination)?.lookUp?.([...ids], { signal })) ?? new Map()
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
