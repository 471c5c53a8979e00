import type { Clock } from '../core/clock.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RecordStore } from '../records/record-store.ts'
import { changedRetention } from './changed-retention.ts'
import { cleanRecords, discardEntries, isCleanRecord, type CleanRecord, type Retention } from './cleaner.ts'

/** The folders that a clean-up would be asked to remove now, if these jobs were discarded before. */
export async function dueFolders(
  { store, clock }: { readonly store: RecordStore; readonly clock: Clock },
  retention: Retention,
  discarded: readonly JobRecord[],
): Promise<readonly CleanRecord[]> {
  const now = clock.now()
  const due = new Map<string, CleanRecord>()
  const at = ({ destination, tag }: CleanRecord) => `${destination}/${tag}`
  for await (const record of cleanRecords(store)) due.set(at(record), record)
  const changed = await changedRetention(store, retention)
  for (const { key, value } of [...changed, ...discarded.flatMap((job) => discardEntries(job, now))])
    if (isCleanRecord(value)) due.set(at(value), value)
    else due.delete(key.slice(key.indexOf('/') + 1))
  return [...due.values()].filter((record) => record.due <= now)
}
