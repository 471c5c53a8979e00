import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { JobKey, Tag, WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import { pinEntries } from '../records/pins.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { cleanEntries, type Retention } from './cleaner.ts'
import { decide, type DecideContext, type Decision } from './decide.ts'
import { jobEndedNotice } from './job-notices.ts'
import type { News } from './job-news.ts'
import { changeEntry, jobEntry, readJob } from './kept-job.ts'
import { keyedLock } from './keyed-lock.ts'
import { openJob, type OpenJob } from './roster.ts'
import { marksOf } from './rule-marks.ts'

/** The one place where records of jobs change: written down first, then told (rule M2). */
export interface Ledger {
  /**
   * Each piece of news, and `more`, in one atomic group. Resolves when it is on disk and told, with the keys whose record
   * could be read; rejects when it could not be written: then nothing has changed, here or there.
   */
  hear(all: readonly HeardNews[], more?: readonly Entry[]): Promise<ReadonlySet<JobKey>>
  /** Changes one record otherwise; `undefined` leaves it. */
  change(
    key: JobKey,
    act: (job: JobRecord | undefined) => Promise<Decision | undefined>,
  ): Promise<JobRecord | undefined>
  /** Removes a record; `entries` are put in the same group. */
  forget(key: JobKey, act: (job: JobRecord) => Promise<readonly Entry[]>): Promise<void>
}

export interface HeardNews {
  readonly key: JobKey
  readonly tag: Tag
  readonly news: News
}

export interface LedgerOptions {
  readonly store: RecordStore
  readonly workspace: WorkspaceId
  readonly clock: Clock
  readonly logger: Logger
  readonly lostGrace: number
  /** What a destination adds to the jobs that a rule sends there. */
  readonly defaultsOf?: DecideContext['defaultsOf']
  readonly retention: Retention
  /** What of a notice goes on disk with the change that causes it. */
  entriesFor(notice: Notice): readonly Entry[]
  /** Told after the change is on disk. */
  changed(told: Told): void
  removed(job: JobRecord): void
}

export interface Told {
  readonly job: JobRecord
  /** What was held of it before. */
  readonly before: OpenJob | undefined
  readonly changes: readonly JobChange[]
  /** What is to be held of it from now on; undefined when nothing is left to be done. */
  readonly open: OpenJob | undefined
}

interface Made {
  readonly was: JobRecord | undefined
  readonly decision: Decision
}

export function openLedger(options: LedgerOptions): Ledger {
  const { store, clock, logger, workspace, lostGrace, defaultsOf } = options
  const deciding = { workspace, lostGrace, ...(defaultsOf && { defaultsOf }) }
  const hold = keyedLock<JobKey>()
  let place = 0

  async function write(made: readonly Made[], more: readonly Entry[]): Promise<void> {
    if (made.length === 0 && more.length === 0) return
    await store.put([...made.flatMap((one) => entriesOf(one, options, () => place++)), ...more])
    for (const { was, decision } of made) {
      const { job, changes } = decision
      options.changed({ job, changes, before: was && openJob(was), open: openJob(job) })
    }
  }

  return {
    hear(all, more = []) {
      return hold(
        all.map(({ key }) => key),
        async () => {
          const jobs = new Map<JobKey, JobRecord>()
          const made: Made[] = []
          for (const { key, tag, news } of all) {
            const job = jobs.get(key) ?? (await readable(options, key))
            if (job === undefined) continue
            const decision = decide(job, tag, news, { ...deciding, now: clock.now() })
            jobs.set(key, decision?.job ?? job)
            if (decision) made.push({ was: job, decision })
            else logger.debug({ job: key, news: news.type, state: job.state.kind }, 'news changes nothing')
          }
          await write(made, more)
          return new Set(jobs.keys())
        },
      )
    },
    change(key, act) {
      return hold([key], async () => {
        const job = await readJob(store, key)
        const decision = await act(job)
        if (decision) await write([{ was: job, decision }], [])
        return decision?.job ?? job
      })
    },
    forget(key, act) {
      return hold([key], async () => {
        const job = await readJob(store, key)
        if (job === undefined) return
        const more = await act(job)
        await store.put([{ kind: 'job', key, value: undefined }, ...more])
        options.removed(job)
      })
    },
  }
}

/** A record that cannot be read is passed over: the others go on (rule M3). */
async function readable({ store, logger }: LedgerOptions, key: JobKey): Promise<JobRecord | undefined> {
  try {
    return await readJob(store, key)
  } catch (error) {
    logger.error({ job: key, error: messageOf(error) }, 'a record cannot be read; the others go on')
    return undefined
  }
}

/** All that is put with one change: the record, its history, and the notice and the clean-up that its end causes. */
function entriesOf(
  { was, decision: { job, changes, ended } }: Made,
  { clock, retention, entriesFor }: LedgerOptions,
  place: () => number,
): readonly Entry[] {
  return [
    jobEntry(job),
    ...marksOf(was, job),
    ...changes.map((change) => changeEntry(change, place())),
    ...(ended ? entriesFor(jobEndedNotice(job, clock.now())) : []),
    ...(ended ? pinEntries(job) : []),
    ...(ended ? cleanEntries(job, retention, clock.now()) : []),
  ]
}
