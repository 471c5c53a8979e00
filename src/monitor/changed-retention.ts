import { isDeepStrictEqual } from 'node:util'
import { isFinal } from '../records/job-state.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { cleanEntries, cleanEntry, type Retention } from './cleaner.ts'
import { plain, readableJobs } from './kept-job.ts'

const policyId = { kind: 'workspace', key: 'retention' } as const

/**
 * What retention says is put with each end, by the policy of that time. Where the policy is another now, it is put anew for all jobs
 * that have ended: else changing it would be for new jobs alone. Folders of discarded jobs go in any case.
 */
export async function changedRetention(
  store: Pick<RecordStore, 'get' | 'all'>,
  retention: Retention,
): Promise<readonly Entry[]> {
  const applied = (await store.get(policyId)) ?? { kind: 'never' }
  if (isDeepStrictEqual(applied, plain(retention))) return []
  const entries: Entry[] = []
  for await (const job of readableJobs(store)) {
    if (!isFinal(job.state)) continue
    for (const { destination, tag } of [...job.earlier, job]) entries.push(cleanEntry({ destination, tag }))
    entries.push(...cleanEntries(job, retention, job.state.since))
  }
  return [...entries, { ...policyId, value: plain(retention) }]
}
