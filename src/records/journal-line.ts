import { isJsonObject, parseJson, type Json } from '../core/json.ts'
import { recordFormat } from './migrate.ts'
import { recordKinds, type Entry, type RecordId, type RecordKind } from './record-store.ts'
import { seal, unseal } from './sealed-line.ts'

/** An entry with its value as JSON text, or undefined to remove. */
export interface TextEntry extends RecordId {
  readonly text: string | undefined
}

/** One atomic group as it stands in a journal; `n` counts the groups of a store, from 1, without gaps. */
export interface Group {
  readonly n: number
  readonly entries: readonly Entry[]
}

export interface JournalHead {
  readonly format: number
  readonly generation: number
}

export function headLine(generation: number): string {
  return `${seal(`{"format":${recordFormat},"journal":${generation}`)}\n`
}

export function groupLine(n: number, entries: readonly TextEntry[]): string {
  const list = entries.map(({ kind, key, text }) =>
    text === undefined ? `["${kind}",${JSON.stringify(key)}]` : `["${kind}",${JSON.stringify(key)},${text}]`,
  )
  return `${seal(`{"n":${n},"entries":[${list.join(',')}]`)}\n`
}

/** The head's format can be read whatever the format: whoever meets a newer one must be able to say so. */
export function parseHead(bytes: Buffer): JournalHead | undefined {
  const json = tryJson(bytes)
  if (!isJsonObject(json) || typeof json.format !== 'number' || typeof json.journal !== 'number')
    return undefined
  if (json.format === recordFormat && !unseal(bytes)) return undefined
  return { format: json.format, generation: json.journal }
}

/** Undefined when the line is not what was written. */
export function parseGroup(bytes: Buffer): Group | undefined {
  const json = unseal(bytes) && tryJson(bytes)
  if (!isJsonObject(json) || typeof json.n !== 'number' || !Array.isArray(json.entries)) return undefined
  const entries: Entry[] = []
  for (const item of json.entries as readonly Json[]) {
    const entry = parseEntry(item)
    if (!entry) return undefined
    entries.push(entry)
  }
  return { n: json.n, entries }
}

export function isRecordKind(text: string): text is RecordKind {
  return kinds.has(text)
}

const kinds: ReadonlySet<string> = new Set(recordKinds)

function parseEntry(item: Json): Entry | undefined {
  if (!Array.isArray(item)) return undefined
  const [kind, key, value] = item as readonly (Json | undefined)[]
  if (typeof kind !== 'string' || typeof key !== 'string' || !isRecordKind(kind)) return undefined
  return { kind, key, value }
}

function tryJson(bytes: Buffer): Json | undefined {
  try {
    return parseJson(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
