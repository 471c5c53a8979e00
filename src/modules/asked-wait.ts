import type { Json } from '../core/json.ts'
import type { PortType } from '../pipeline/port-type.ts'

// Waits that somebody answers (rule R10). They are kept as they stand here, and have an `end` once they are answered or too late;
// the first end is final. Times are ms since 1970.

/** A person approves or rejects. */
export type Approval = {
  readonly kind: 'approval'
  /** What the person is asked, values filled in. */
  readonly message: string
  /** Who may answer; anybody where nobody is named. */
  readonly approvers?: readonly string[]
  readonly since: number
  readonly deadline?: number
  /** What becomes of it where nobody has answered by then. */
  readonly atDeadline: 'approve' | 'reject' | 'fail'
  readonly onReject: 'fail' | 'continue'
  readonly end?: ApprovalEnd
}

/** Without `by` the deadline decided; `none`: it passed, and nothing was to be made of that. */
export type ApprovalEnd = {
  readonly decision: 'approved' | 'rejected' | 'none'
  readonly by?: string
  readonly comment?: string
  readonly at: number
}

/** Somebody calls back, and shows a secret that only those know who were told it. */
export type Callback = {
  readonly kind: 'token'
  /** What is waited for, for those who look. */
  readonly message?: string
  /** What the payload is to have; without them it may be anything. */
  readonly outputs?: Readonly<Record<string, PortType>>
  readonly since: number
  readonly deadline?: number
  /** Made when the wait is first kept: what the token is made from, with the workspace's key, and how it is known again. */
  readonly made?: { readonly nonce: string; readonly hash: string }
  readonly end?: CallbackEnd
}

export type CallbackEnd =
  | { readonly result: 'success'; readonly value: Json; readonly at: number; readonly by?: string }
  | { readonly result: 'failure'; readonly message: string; readonly at: number; readonly by?: string }
  /** Nobody had called by the deadline. */
  | { readonly result: 'none'; readonly at: number }

export type AskedWait = Approval | Callback
