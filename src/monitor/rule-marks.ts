import { jobKey, tag as asTag, type JobKey, type Tag } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { ownStreams, type OwnStream } from '../runners/streams.ts'

/** That log rules are still to be applied to a stream of an attempt, and from which byte (rule L5). */
export interface RuleMark extends MarkId {
  readonly key: JobKey
  readonly incarnation: number
  readonly offset: number
}

export interface MarkId {
  readonly tag: Tag
  readonly stream: OwnStream
}

/** Put with the change by which a job begins: what it writes is looked at, also where it ends before anybody could. */
export function marksOf(was: JobRecord | undefined, job: JobRecord): readonly Entry[] {
  const { key, tag, log, state } = job
  if (log.length === 0 || !hasBegun(job) || (was?.tag === tag && hasBegun(was))) return []
  const incarnation = 'incarnation' in state ? state.incarnation : 0
  return ownStreams.map((stream) => markEntry({ tag, stream }, { key, incarnation, offset: 0 }))
}

/** Without a place it removes the mark. */
export function markEntry({ tag, stream }: MarkId, place: Omit<RuleMark, keyof MarkId> | undefined): Entry {
  const value = place && { key: place.key, incarnation: place.incarnation, offset: place.offset }
  return { kind: 'workspace', key: `${prefix}${tag}/${stream}`, value }
}

export async function readMark(
  store: Pick<RecordStore, 'get'>,
  tag: Tag,
  stream: OwnStream,
): Promise<RuleMark | undefined> {
  const value = await store.get({ kind: 'workspace', key: `${prefix}${tag}/${stream}` })
  return value === undefined ? undefined : asMark({ tag, stream }, value)
}

export async function* allMarks(store: Pick<RecordStore, 'all'>): AsyncGenerator<RuleMark> {
  for await (const { key, value } of store.all('workspace', prefix)) {
    const [tag = '', stream] = key.slice(prefix.length).split('/')
    const mark =
      stream === 'stdout' || stream === 'stderr' ? asMark({ tag: asTag(tag), stream }, value) : undefined
    if (mark) yield mark
  }
}

const prefix = 'log-rules/'

function hasBegun({ state }: JobRecord): boolean {
  return state.kind === 'running' || state.kind === 'fetching'
}

function asMark(id: MarkId, value: Json): RuleMark | undefined {
  if (!isJsonObject(value)) return undefined
  const { key, incarnation, offset } = value
  if (typeof key !== 'string' || typeof incarnation !== 'number' || typeof offset !== 'number')
    return undefined
  return { ...id, key: jobKey(key), incarnation, offset }
}
