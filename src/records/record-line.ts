import { parseJson } from '../core/json.ts'
import { isRecordKind } from './journal-line.ts'
import type { RecordId, RecordKind } from './record-store.ts'
import { seal, unseal } from './sealed-line.ts'

/** A record as it stands on one line of the snapshot or the history. */
export interface TextRecord extends RecordId {
  readonly text: string
}

export function recordLine(kind: RecordKind, key: string, text: string): string {
  return seal(`{"kind":"${kind}","key":${JSON.stringify(key)},"value":${text}`)
}

/** Undefined when the line is not what was written. The value stays text: opening 100,000 records parses none of them. */
export function parseRecordLine(bytes: Buffer): TextRecord | undefined {
  const body = unseal(bytes)
  if (!body || body.indexOf(beforeKind) !== 0) return undefined
  const kindEnd = body.indexOf(beforeKey)
  const keyEnd = body.indexOf(beforeValue, kindEnd)
  if (kindEnd === -1 || keyEnd === -1) return undefined
  const kind = body.toString('latin1', beforeKind.length, kindEnd)
  if (!isRecordKind(kind)) return undefined
  const key = unescaped(body.toString('utf8', kindEnd + beforeKey.length, keyEnd))
  return {
    kind,
    key,
    text: body.toString('utf8', keyEnd + beforeValue.length),
  }
}

// None of these can stand inside a JSON string, where each quote has a backslash before it.
const beforeKind = Buffer.from('{"kind":"')
const beforeKey = Buffer.from('","key":"')
const beforeValue = Buffer.from('","value":')

function unescaped(text: string): string {
  const key = text.includes('\\') ? parseJson(`"${text}"`) : text
  return typeof key === 'string' ? key : text
}
