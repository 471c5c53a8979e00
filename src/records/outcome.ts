import type { ErrorCode } from '../core/error.ts'
import type { JobKey, ModulePath, Signature } from '../core/ids.ts'
import type { PortType } from '../pipeline/port-type.ts'
import type { Value } from '../pipeline/value.ts'

/** How one module of a run stands (rule R1); kept per run and module. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly by: 'computed' | 'reused' | 'collected'
      readonly signature: Signature
      readonly outputs: OutputKey
    }
  | { readonly kind: 'suspended'; readonly on: Suspension }
  | { readonly kind: 'waiting'; readonly for: readonly ModulePath[] }
  | { readonly kind: 'failed'; readonly error: KeptError; readonly job?: JobKey; readonly attempt?: number }
  | { readonly kind: 'skipped'; readonly because: 'failure' | 'condition'; readonly of: ModulePath }
  | { readonly kind: 'unneeded' }
  | { readonly kind: 'cancelled' }

/** The value that a module yields when its work goes on elsewhere. */
export type Suspension =
  | { readonly kind: 'job'; readonly module: ModulePath; readonly job: JobKey; readonly attempt: number }
  | { readonly kind: 'until'; readonly module: ModulePath; readonly key: JobKey; readonly time: number }
  | { readonly kind: 'file'; readonly module: ModulePath; readonly key: JobKey; readonly path: string }
  /** A job that somebody else submitted, by its id on the scheduler of a destination. */
  | {
      readonly kind: 'existing-job'
      readonly module: ModulePath
      readonly key: JobKey
      readonly destination: string
      readonly id: string
    }
  /** A person is asked `message`; `approvers` may answer, anybody without them. Times are ms since 1970. */
  | {
      readonly kind: 'approval'
      readonly module: ModulePath
      readonly key: JobKey
      readonly message: string
      readonly approvers?: readonly string[]
      readonly since: number
      readonly deadline?: number
      /** What becomes of it then. */
      readonly atDeadline?: 'approve' | 'reject' | 'fail'
    }
  /** Somebody is to call back with a token, which is a secret and not told here; `outputs` is what is to come, by name and type. */
  | {
      readonly kind: 'token'
      readonly module: ModulePath
      readonly key: JobKey
      readonly message?: string
      readonly outputs?: Readonly<Record<string, PortType>>
      readonly since: number
      readonly deadline?: number
    }

/** An error as it is kept on disk. */
export interface KeptError {
  readonly code: ErrorCode
  readonly message: string
}

/** What outputs are filed under: a signature, or run and module where they belong to their run (rule S4); with `@VERSION` where the signature gave others since. */
export type OutputKey = string & { readonly outputKey?: never }

/** The outputs of a finished module. */
export interface OutputRecord {
  readonly outputs: Readonly<Record<string, Value>>
  readonly at: number
  /** What the signature was made of, for `explain` (rule S8). */
  readonly name: string
  /** The run that made it afresh, where it came out otherwise than before; without one it is the first. */
  readonly version?: string
}
