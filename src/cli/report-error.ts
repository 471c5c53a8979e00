import { inspect } from 'node:util'
import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import { exitCodeOfError, exitCodes, type ExitCode } from './exit-code.ts'
import type { Session } from './session.ts'

/** Says what went wrong, without a stack unless asked for it, and gives the code to end with. */
export function reportError(session: Session, error: unknown): ExitCode {
  session.jsonError(isAbeyanceError(error) ? error : new AbeyanceError('internal', messageOf(error)))
  if (session.interrupted.aborted && isAbeyanceError(error, 'aborted')) return exitCodes.interrupted
  session.tell(`abeyance: ${messageOf(error)}`)
  if (session.verbose) session.tell(inspect(error))
  if (isAbeyanceError(error)) return exitCodeOfError(error.code)
  if (!session.verbose) session.tell('this should not have happened; the same with --verbose says where')
  return exitCodes.failed
}
