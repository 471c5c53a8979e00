import { AbeyanceError, isAbeyanceError } from '../core/error.ts'

/**
 * The same error, saying that nothing of the request went out: whoever made it knows that nothing came of it. For a way to a machine
 * to use where that is certain: there was no connection yet, or no place on it.
 */
export function notSent(error: unknown): unknown {
  if (!isAbeyanceError(error) || error.details['sent'] === false) return error
  return new AbeyanceError(error.code, error.message, {
    cause: error.cause ?? error,
    details: { ...error.details, sent: false },
  })
}

/** Whether it is certain that nothing of a request went out; false where nobody knows. */
export function wasNotSent(error: unknown): boolean {
  return isAbeyanceError(error) && error.details['sent'] === false
}
