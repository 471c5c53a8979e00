import type { Json } from '../core/json.ts'

/** What the store holds, by kind. `change` is history: only ever added to, so a store may keep it out of memory. */
export const recordKinds = [
  'workspace',
  'run',
  'outcome',
  'output',
  'job',
  'wait',
  'notice',
  'change',
] as const
export type RecordKind = (typeof recordKinds)[number]

export interface RecordId {
  readonly kind: RecordKind
  readonly key: string
}

/** A record as it is written: a value to put, or undefined to remove. */
export interface Entry extends RecordId {
  readonly value: Json | undefined
}

/** Where records are kept. One process at a time: a second opener is refused with `workspace-held`. */
export interface RecordStore {
  /** One atomic group: all of it or nothing. Resolves only when kill -9 would not lose it. */
  put(entries: readonly Entry[]): Promise<void>
  /** A copy: changing it changes nothing here. */
  get(id: RecordId): Promise<Json | undefined>
  /** All records of a kind whose key starts with `prefix`; history in the order it was put. */
  all(kind: RecordKind, prefix?: string): AsyncIterable<{ readonly key: string; readonly value: Json }>
  remove(ids: readonly RecordId[]): Promise<void>
  /** Closing twice is fine; afterwards every call is refused with `store-closed`. */
  close(): Promise<void>
}
