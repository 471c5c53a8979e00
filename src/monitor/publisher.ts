import { Subject, type Observable } from './observables.ts'
import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RecordStore } from '../records/record-store.ts'
import { openBell, type Bell } from './bell.ts'
import type { JobEvent, JobsNews } from './job-monitor.ts'
import type { Told } from './ledger.ts'
import type { Outbox } from './outbox.ts'
import { presentJobs } from './present-jobs.ts'
import { withReach } from './reach.ts'
import { openJob, type OpenJob } from './roster.ts'
import type { Watch } from './watch.ts'

/** Tells what is on disk already: to the watches, to subscribers, to the outbox (rule M2). */
export interface Publisher {
  readonly events$: Observable<JobEvent>
  readonly jobs$: Observable<JobsNews>
  /** Rung when a job changed. */
  readonly bell: Bell<JobKey>
  changed(told: Told): void
  removed(job: JobRecord): void
  tell(event: JobEvent): void
  /** A record as it is shown: with what is known of its host. */
  shown(job: JobRecord): JobRecord
  close(): void
}

export interface PublisherOptions {
  readonly store: RecordStore
  readonly outbox: Outbox
  readonly watches: ReadonlyMap<string, Watch>
  /** What is held of a job was `before` and is `now`. */
  hold(before: OpenJob | undefined, now: OpenJob | undefined): void
  /** Told every event, also those that come before anybody can subscribe. */
  heard?: ((event: JobEvent) => void) | undefined
}

export function openPublisher({ store, outbox, watches, hold, heard }: PublisherOptions): Publisher {
  const events$ = new Subject<JobEvent>()
  const news$ = new Subject<JobsNews>()
  const say = (event: JobEvent) => {
    heard?.(event)
    events$.next(event)
  }
  const bell = openBell<JobKey>()
  const shown = (job: JobRecord) => {
    const watch = watches.get(job.destination)
    return withReach(job, watch?.reach.lapse, watch?.station.pause.since, watch?.reach.spared)
  }
  return {
    events$: events$.asObservable(),
    jobs$: presentJobs(store, news$, shown),
    bell,
    shown,
    changed({ job, changes, open, before }) {
      hold(before, open)
      const present = shown(job)
      for (const change of changes) say({ kind: 'changed', job: present, change })
      news$.next({ kind: 'changed', job: present })
      bell.ring(job.key)
      outbox.poke()
    },
    removed(job) {
      hold(openJob(job), undefined)
      say({ kind: 'discarded', key: job.key })
      news$.next({ kind: 'discarded', key: job.key })
      bell.ring(job.key)
    },
    tell(event) {
      say(event)
      outbox.poke()
    },
    close() {
      events$.complete()
      news$.complete()
    },
  }
}
