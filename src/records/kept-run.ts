import { AbeyanceError } from '../core/error.ts'
import { modulePath, type ModulePath, type RunId } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { Outcome, OutputKey, OutputRecord } from './outcome.ts'
import { outputsAsKept } from './output-version.ts'
import type { Entry, RecordStore } from './record-store.ts'
import type { RunRecord } from './run-record.ts'

export function runEntry(run: RunRecord): Entry {
  return { kind: 'run', key: run.id, value: plain(run) }
}

/** A module's outcome is filed by run and path, so that the outcomes of a run lie together. */
export function outcomeEntry(run: RunId, path: ModulePath, outcome: Outcome | undefined): Entry {
  return { kind: 'outcome', key: `${run}/${path}`, value: outcome && plain(outcome) }
}

export function outputEntry(key: OutputKey, record: OutputRecord): Entry {
  return { kind: 'output', key, value: plain(record) }
}

export async function readRun(store: Readable, id: RunId): Promise<RunRecord | undefined> {
  const value = await store.get({ kind: 'run', key: id })
  return value === undefined ? undefined : asRun(id, value)
}

/** All runs, oldest first: their ids sort by time. */
export async function readRuns(store: Readable): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = []
  for await (const { key, value } of store.all('run')) runs.push(asRun(key, value))
  return runs.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** How every module of a run stood when it was last written. */
export async function readOutcomes(store: Readable, run: RunId): Promise<ReadonlyMap<ModulePath, Outcome>> {
  const outcomes = new Map<ModulePath, Outcome>()
  for await (const { key, value } of store.all('outcome', `${run}/`)) {
    outcomes.set(modulePath(key.slice(run.length + 1)), asOutcome(key, value))
  }
  return outcomes
}

export async function readOutput(store: Readable, key: OutputKey): Promise<OutputRecord | undefined> {
  const value = await store.get({ kind: 'output', key })
  if (value === undefined) return undefined
  if (isOutput(value)) return value
  throw damaged('output', key)
}

/** The outputs that an outcome refers to, as its run had them, whatever was made under the same signature since. */
export function readOutputsOf(store: Readable, reference: OutputKey): Promise<OutputRecord | undefined> {
  return outputsAsKept(reference, (key) => readOutput(store, key))
}

/** The part of a store that reading needs; readers beside the driver have it too. */
export type Readable = Pick<RecordStore, 'get' | 'all'>

/** A run as it was kept; one that makes no sense is an error that names it. */
export function asRun(key: string, value: Json): RunRecord {
  if (isRun(value)) return value
  throw damaged('run', key)
}

export function asOutcome(key: string, value: Json): Outcome {
  if (isOutcome(value)) return value
  throw damaged('outcome', key)
}

function isRun(value: unknown): value is RunRecord {
  if (!isJsonObject(value)) return false
  const { id, name, pipeline, inputs, state, startedAt, base } = value
  return (
    [id, name, state, base].every((text) => typeof text === 'string') &&
    isJsonObject(pipeline) &&
    isJsonObject(inputs) &&
    typeof startedAt === 'number'
  )
}

const kinds: ReadonlySet<unknown> = new Set([
  'done',
  'suspended',
  'waiting',
  'failed',
  'skipped',
  'unneeded',
  'cancelled',
])

function isOutcome(value: unknown): value is Outcome {
  return isJsonObject(value) && kinds.has(value['kind'])
}

function isOutput(value: unknown): value is OutputRecord {
  return isJsonObject(value) && isJsonObject(value['outputs']) && typeof value['at'] === 'number'
}

function damaged(kind: string, key: string): AbeyanceError {
  return new AbeyanceError(
    'workspace-damaged',
    `the ${kind} record ${key} cannot be read: it was changed by something else; restore records.json from its backup`,
  )
}

/** An interface of ours is JSON by its making; the compiler knows that of type aliases only. */
function plain(value: object): Json {
  if (isJsonObject(value)) return value
  throw new AbeyanceError('internal', 'a list was given where a record is kept; please report this')
}
