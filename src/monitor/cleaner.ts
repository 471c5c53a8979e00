import type { JobRecord } from '../records/job-record.ts'
import { isJsonObject } from '../core/json.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { plain } from './kept-job.ts'

/** When the folder of an ended attempt is removed from its host; never before outputs and streams are here (rule J8). */
export type Retention =
  | { readonly kind: 'never' }
  | { readonly kind: 'on-success' }
  | { readonly kind: 'after'; readonly milliseconds: number }

/** A folder that is to be removed, remembered until it is: filed under destination and tag. */
export interface CleanRecord {
  readonly destination: string
  readonly tag: string
  readonly due: number
  /** It was tried, and why it came to nothing. */
  readonly failed?: { readonly at: number; readonly why: string; readonly times: number }
}

const prefix = 'clean/'

/** The folders that are to be removed, of one destination or of all. */
export async function* cleanRecords(
  store: Pick<RecordStore, 'all'>,
  destination?: string,
): AsyncGenerator<CleanRecord> {
  const within = destination === undefined ? prefix : `${prefix}${destination}/`
  for await (const { value } of store.all('workspace', within)) if (isCleanRecord(value)) yield value
}

/** As it is put; without `more` its folder is gone, and it goes too. */
export function cleanEntry(
  { destination, tag }: Pick<CleanRecord, 'destination' | 'tag'>,
  more?: Pick<CleanRecord, 'due' | 'failed'>,
): Entry {
  const value = more && plain({ destination, tag, ...more })
  return { kind: 'workspace', key: `${prefix}${destination}/${tag}`, value }
}

/** What is put with a job's end, so that no folder is forgotten. */
export function cleanEntries(job: JobRecord, retention: Retention, now: number): readonly Entry[] {
  switch (retention.kind) {
    case 'never':
      return []
    case 'on-success':
      return job.state.kind === 'succeeded'
        ? attempts(job).map((attempt) => cleanEntry(attempt, { due: now }))
        : []
    case 'after':
      return job.state.kind === 'lost'
        ? []
        : attempts(job).map((attempt) => cleanEntry(attempt, { due: now + retention.milliseconds }))
  }
}

/** The same for a job that is discarded: all its folders, now. */
export function discardEntries(job: JobRecord, now: number): readonly Entry[] {
  return attempts(job).map((attempt) => cleanEntry(attempt, { due: now }))
}

function attempts({ destination, tag, earlier }: JobRecord) {
  return [...earlier, { destination, tag }]
}

export function isCleanRecord(value: unknown): value is CleanRecord {
  return (
    isJsonObject(value) &&
    typeof value['destination'] === 'string' &&
    typeof value['tag'] === 'string' &&
    typeof value['due'] === 'number'
  )
}
