import { AbeyanceError } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'

/** The record of a job as it is put. */
export function jobEntry(job: JobRecord): Entry {
  return { kind: 'job', key: job.key, value: plain(job) }
}

/** One line of a job's history: filed behind the job's key, in the order of its changes. */
export function changeEntry(change: JobChange, place: number): Entry {
  const order = `${String(change.at).padStart(15, '0')}.${String(place).padStart(6, '0')}`
  return { kind: 'change', key: `${historyOf(change.key)}${order}`, value: plain(change) }
}

/** What the keys of a job's history start with. */
export const historyOf = (key: JobKey) => `${key}#`

/** The job's record, or undefined where there is none. A record that makes no sense is an error that names it. */
export async function readJob(store: Pick<RecordStore, 'get'>, key: JobKey): Promise<JobRecord | undefined> {
  const value = await store.get({ kind: 'job', key })
  return value === undefined ? undefined : asJob(key, value)
}

/** Every job whose record makes sense: one that does not keeps no other from being seen (rule M3). */
export async function* readableJobs(store: Pick<RecordStore, 'all'>): AsyncGenerator<JobRecord> {
  for await (const { value } of store.all('job')) if (isJob(value)) yield value
}

export async function readHistory(
  store: Pick<RecordStore, 'all'>,
  key: JobKey,
): Promise<readonly JobChange[]> {
  const changes: JobChange[] = []
  for await (const { value } of store.all('change', historyOf(key))) if (isChange(value)) changes.push(value)
  return changes
}

/** The history of all jobs, each in its order. */
export async function* readChanges(store: Pick<RecordStore, 'all'>): AsyncGenerator<JobChange> {
  for await (const { value } of store.all('change')) if (isChange(value)) yield value
}

export function asChange(value: Json | undefined): JobChange | undefined {
  return isChange(value) ? value : undefined
}

export function asJob(key: string, value: Json): JobRecord {
  if (isJob(value)) return value
  throw new AbeyanceError(
    'workspace-damaged',
    `the record of job ${key} cannot be read; the other jobs go on: restore records.json from its backup`,
  )
}

/** An interface of ours is JSON by its making; the compiler knows that of type aliases only. */
export function plain(value: object): Json {
  if (isJsonObject(value)) return value
  throw new AbeyanceError('internal', 'a list was given where a record is kept; please report this')
}

const kinds: ReadonlySet<unknown> = new Set(
  'submitting submit-unknown queued held running fetching succeeded failed cancelled lost'.split(' '),
)

function isJob(value: unknown): value is JobRecord {
  if (!isJsonObject(value)) return false
  const { key, tag, name, destination, attempt, state, spec, retry, log, earlier } = value
  return (
    [key, tag, name, destination].every((text) => typeof text === 'string') &&
    Number.isInteger(attempt) &&
    isJsonObject(state) &&
    kinds.has(state['kind']) &&
    typeof state['since'] === 'number' &&
    isJsonObject(spec) &&
    [retry, log, earlier].every(Array.isArray)
  )
}

function isChange(value: unknown): value is JobChange {
  return isJsonObject(value) && kinds.has(value['to']) && isJsonObject(value['evidence'])
}
