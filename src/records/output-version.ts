import type { OutputKey, OutputRecord } from './outcome.ts'

// What a signature is known to give may be made afresh and come out otherwise. Under the key itself stands what was made last, for
// whoever reuses it; an outcome refers to the version that its run had, `KEY@VERSION`, and the first one to the key alone.

type Get = (key: OutputKey) => Promise<OutputRecord | undefined>

/** How an outcome refers to these outputs, found under `key`. */
export function referenceTo(key: OutputKey, { version }: Pick<OutputRecord, 'version'>): OutputKey {
  return version === undefined ? key : `${key}@${version}`
}

/** Where a record is filed once another stands under its key. */
export function placeOf(key: OutputKey, { version }: Pick<OutputRecord, 'version'>): OutputKey {
  return `${key}@${version ?? first}`
}

/** The key that a reference, or a place, is about. */
export function keyOfReference(reference: OutputKey): OutputKey {
  return reference.includes('/') ? reference : (reference.split('@')[0] ?? reference)
}

/** The outputs as the outcome that refers to them had them. */
export async function outputsAsKept(reference: OutputKey, get: Get): Promise<OutputRecord | undefined> {
  const key = keyOfReference(reference)
  const last = await get(key)
  if (last !== undefined && referenceTo(key, last) === reference) return last
  return get(reference === key ? placeOf(key, {}) : reference)
}

const first = 'first'
