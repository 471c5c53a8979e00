import serialize from 'canonicalize'
import { AbeyanceError } from '../core/error.ts'
import type { Json } from '../core/json.ts'

/** Canonical JSON (RFC 8785): keys sorted, numbers and text in one spelling only. `json` is what `plainForm` gave. */
export function canonicalText(json: Json): string {
  const text = serialize(json)
  if (text === undefined)
    throw new AbeyanceError('internal', 'a value without canonical text was not refused')
  return text
}
