import type { JobRecord } from '../records/job-record.ts'
import type { Entry } from '../records/record-store.ts'
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
}

export const cleanPrefix = 'clean/'

/** What is put with a job's end, so that no folder is forgotten. */
export function cleanEntries(job: JobRecord, retention: Retention, now: number): readonly Entry[] {
  switch (retention.kind) {
    case 'never':
      return []
    case 'on-success':
      return job.state.kind === 'succeeded' ? attempts(job).map((attempt) => cleanEntry(attempt, now)) : []
    case 'after':
      return job.state.kind === 'lost'
        ? []
        : attempts(job).map((attempt) => cleanEntry(attempt, now + retention.milliseconds))
  }
}

/** The same for a job that is discarded: all its folders, now. */
export function discardEntries(job: JobRecord, now: number): readonly Entry[] {
  return attempts(job).map((attempt) => cleanEntry(attempt, now))
}

function attempts({ destination, tag, earlier }: JobRecord) {
  return [...earlier, { destination, tag }]
}

function cleanEntry({ destination, tag }: { destination: string; tag: string }, due: number): Entry {
  return {
    kind: 'workspace',
    key: `${cleanPrefix}${destination}/${tag}`,
    value: plain({ destination, tag, due }),
  }
}
