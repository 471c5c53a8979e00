import type { ErrorCode } from '../core/error.ts'
import type { RunStateName } from '../records/run-record.ts'

/** What the process ends with (the table of the semantics, "The command line"). */
export const exitCodes = { done: 0, failed: 1, usage: 2, open: 3, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** One code for several runs: anything open counts more than a failure, a failure more than success. */
export function exitCodeOf(states: Iterable<RunStateName | 'suspended' | 'active'>): ExitCode {
  const all = new Set(states)
  if (all.has('open') || all.has('suspended') || all.has('active')) return exitCodes.open
  return all.has('failed') || all.has('cancelled') ? exitCodes.failed : exitCodes.done
}

/** What the user can mend in the command, the documents or the configuration is 2; all else that went wrong is 1. */
export function exitCodeOfError(code: ErrorCode): ExitCode {
  if (code === 'aborted') return exitCodes.interrupted
  return usage.has(code) ? exitCodes.usage : exitCodes.failed
}

const usage: ReadonlySet<ErrorCode> = new Set([
  'usage',
  'invalid-pipeline',
  'invalid-configuration',
  'invalid-value',
  'invalid-state',
  'unknown-module-type',
  'unknown-destination',
  'unknown-run',
  'unknown-job',
  'unknown-wait',
  'not-permitted',
  'missing-file',
  'key-taken',
  'workspace-held',
  'newer-format',
  'unsupported',
])
