import { isJsonObject, type Json } from '../core/json.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { Entry } from '../records/record-store.ts'
import { plain } from './kept-job.ts'

/** A notice for one recipient, until it is delivered. */
export interface KeptNotice {
  readonly notice: Notice
  readonly to: string
  /** Deliveries that failed. */
  readonly attempts: number
  /** When it is tried next. */
  readonly next: number
}

export function noticeEntry(kept: KeptNotice): Entry {
  return { kind: 'notice', key: `${kept.notice.id}/${kept.to}`, value: plain(kept) }
}

/** Undefined for what is none. */
export function asKeptNotice(value: Json | undefined): KeptNotice | undefined {
  return isKeptNotice(value) ? value : undefined
}

function isKeptNotice(value: unknown): value is KeptNotice {
  if (!isJsonObject(value)) return false
  const { notice, to, attempts, next } = value
  return (
    isJsonObject(notice) &&
    typeof notice['id'] === 'string' &&
    typeof notice['event'] === 'string' &&
    typeof to === 'string' &&
    typeof attempts === 'number' &&
    typeof next === 'number'
  )
}
