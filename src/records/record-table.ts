import { breather } from '../core/breather.ts'
import { parseJson, type Json } from '../core/json.ts'
import { compactText, fullText } from './compact-text.ts'
import { recordKinds, type RecordId, type RecordKind } from './record-store.ts'

/** Records in memory as JSON text: small, and what is read is a copy by nature. */
export interface RecordTable {
  set(id: RecordId, text: string | undefined): void
  text(kind: RecordKind, key: string): string | undefined
  get(id: RecordId): Json | undefined
  /** The keys of this moment, in the order they were first put. */
  keys(kind: RecordKind, prefix?: string): readonly string[]
  /** The records of this moment, as they stand when they are reached; what is removed meanwhile is left out. */
  all(kind: RecordKind, prefix?: string): AsyncGenerator<{ readonly key: string; readonly value: Json }>
}

export function recordTable(): RecordTable {
  const kinds = new Map(recordKinds.map((kind) => [kind, new Map<string, string>()]))
  const of = (kind: RecordKind) => kinds.get(kind) ?? new Map<string, string>()
  const keys = (kind: RecordKind, prefix = '') =>
    prefix === '' ? [...of(kind).keys()] : [...of(kind).keys()].filter((key) => key.startsWith(prefix))
  const text = (kind: RecordKind, key: string) => {
    const compact = of(kind).get(key)
    return compact === undefined ? undefined : fullText(compact, key)
  }
  return {
    set({ kind, key }, text) {
      if (text === undefined) of(kind).delete(key)
      else of(kind).set(key, compactText(text, key))
    },
    text,
    get({ kind, key }) {
      const json = text(kind, key)
      return json === undefined ? undefined : parseJson(json)
    },
    keys,
    async *all(kind, prefix) {
      const breathe = breather()
      for (const key of keys(kind, prefix)) {
        const json = text(kind, key)
        if (json === undefined) continue
        yield { key, value: parseJson(json) }
        await breathe()
      }
    },
  }
}
