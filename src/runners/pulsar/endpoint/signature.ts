import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Tag } from '../../../core/ids.ts'

/** What stands in the query of an address: all authority over the files of one attempt until then. */
export function signed(key: string, tag: Tag, until: number): string {
  return new URLSearchParams({ until: String(until), key: signatureOf(key, tag, until) }).toString()
}

/** Whether an address that says so was made here. That it is over is told apart, for who asks why. */
export function judge(key: string, tag: Tag, query: URLSearchParams, now: number): 'good' | 'over' | 'bad' {
  const [until, given] = [Number(query.get('until') ?? Number.NaN), query.get('key') ?? '']
  const right = signatureOf(key, tag, until)
  // Digests of both, so that they are of one length.
  const isRight = timingSafeEqual(digest(given), digest(right))
  if (!isRight || !Number.isSafeInteger(until)) return 'bad'
  return now <= until * 1000 ? 'good' : 'over'
}

function signatureOf(key: string, tag: Tag, until: number): string {
  return createHmac('sha256', key).update(`files of an attempt\n${tag}\n${until}`).digest('base64url')
}

function digest(text: string): Uint8Array {
  return createHmac('sha256', '').update(text).digest()
}
