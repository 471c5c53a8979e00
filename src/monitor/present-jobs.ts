import { Observable, type Subject } from './observables.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { JobsNews } from './job-monitor.ts'
import { readableJobs } from './kept-job.ts'

/** The present jobs first, read when somebody subscribes, then each change; one that comes while reading is not missed. */
export function presentJobs(
  store: Pick<RecordStore, 'all'>,
  news$: Subject<JobsNews>,
  shown: (job: JobRecord) => JobRecord,
): Observable<JobsNews> {
  return new Observable((subscriber) => {
    const early: JobsNews[] = []
    let ready = false
    subscriber.add(
      news$.subscribe({
        next: (news) => (ready ? subscriber.next(news) : void early.push(news)),
        complete: () => subscriber.complete(),
      }),
    )
    const begin = async () => {
      const jobs = await readable(store, shown)
      subscriber.next({ kind: 'present', jobs })
      for (const news of early) subscriber.next(news)
      ready = true
    }
    begin().catch(() => subscriber.complete()) // the store was closed meanwhile
  })
}

async function readable(
  store: Pick<RecordStore, 'all'>,
  shown: (job: JobRecord) => JobRecord,
): Promise<readonly JobRecord[]> {
  const jobs: JobRecord[] = []
  for await (const job of readableJobs(store)) jobs.push(shown(job))
  return jobs
}
