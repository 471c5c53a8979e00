import type { Json } from '../core/json.ts'

/** What is said to a wait: to an approval by a person, to a token by whoever calls back, or by a person in its stead. */
export type WaitAnswer = { readonly kind: 'approve' | 'reject'; readonly comment?: string } | CallbackAnswer

/** `value`: JSON, 256 KiB at most, as the module's `outputs` declare it. */
export type CallbackAnswer =
  { readonly kind: 'success'; readonly value: Json } | { readonly kind: 'failure'; readonly message: string }

/** `repeated`: just this had been said before, and nothing changed. */
export interface AnswerReceipt {
  readonly kind: 'taken' | 'repeated'
}
