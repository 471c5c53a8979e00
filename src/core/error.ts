/** Every code an error of ours can carry, and whether the same call may succeed later without anybody mending anything. */
const retryable = {
  'invalid-pipeline': false,
  'invalid-configuration': false,
  'invalid-value': false,
  'invalid-state': false,
  'unknown-module-type': false,
  'unknown-destination': false,
  'unknown-run': false,
  'unknown-job': false,
  'unknown-wait': false,
  'not-permitted': false,
  'missing-file': false,
  'changed-file': true,
  'key-taken': false,
  'workspace-held': true,
  'workspace-damaged': false,
  'newer-format': false,
  'disk-full': true,
  'not-writable': false,
  'store-closed': false,
  'job-failed': false,
  'job-cancelled': false,
  'job-lost': false,
  'missing-output': false,
  'compute-failed': false,
  'collect-failed': false,
  'element-failed': false,
  rejected: false,
  'callback-failed': false,
  'deadline-passed': false,
  unsupported: false,
  unreachable: true,
  'connection-refused': true,
  'connection-lost': true,
  'authentication-failed': false,
  'login-needed': false,
  'host-key-unknown': false,
  'host-key-changed': false,
  'host-key-revoked': false,
  'channel-limit': true,
  'quota-used-up': true,
  'transport-failed': true,
  'request-timeout': true,
  'notice-failed': true,
  aborted: true,
  usage: false,
  internal: false,
} as const satisfies Record<string, boolean>

export type ErrorCode = keyof typeof retryable
export const errorCodes = Object.keys(retryable) as readonly ErrorCode[]

const mark = Symbol.for('abeyance.error')

/** The one error class. `message` names the thing and the next step, fit to be shown to a user as it is. */
export class AbeyanceError extends Error {
  override readonly name = 'AbeyanceError'
  readonly [mark] = true
  readonly code: ErrorCode
  /** Whether trying the same again later can succeed. */
  readonly retryable: boolean
  /** What belongs to the error as data, such as all the problems of a pipeline. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    more: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.retryable = retryable[code]
    this.details = more.details ?? {}
  }

  /** What an application sends on of it; without this, JSON would leave out the message. Causes stay here. */
  toJSON(): {
    readonly code: ErrorCode
    readonly message: string
    readonly retryable: boolean
    readonly details: Readonly<Record<string, unknown>>
  } {
    return { code: this.code, message: this.message, retryable: this.retryable, details: this.details }
  }
}

/** Also true for an error of another copy of this package, as an application that bundles may have two. */
export function isAbeyanceError(error: unknown, code?: ErrorCode): error is AbeyanceError {
  return (
    error instanceof Error &&
    mark in error &&
    (code === undefined || ('code' in error && error.code === code))
  )
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
