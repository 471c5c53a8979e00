import { isAbeyanceError, type AbeyanceError, type ErrorCode } from '../core/error.ts'

// Faults of the workspace, not of a module: the round ends, the run stays as it is on disk, and nothing is lost.
const codes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'disk-full',
  'not-writable',
  'store-closed',
  'workspace-damaged',
  'aborted',
])

/** Whether an error says that what happened could not be written down. */
export function isUnwritten(error: unknown): error is AbeyanceError {
  return isAbeyanceError(error) && codes.has(error.code)
}
