import { z } from 'zod'
import { AbeyanceError, isAbeyanceError, type ErrorCode } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'

const httpCodes: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  'invalid-value': 400,
  'authentication-failed': 401,
  'unknown-run': 404,
  'unknown-job': 404,
  'unknown-wait': 404,
  'not-permitted': 403,
  'unknown-destination': 404,
  'missing-file': 404,
  'invalid-state': 409,
  'key-taken': 409,
  unsupported: 501,
  'workspace-held': 503,
  'store-closed': 503,
  'request-timeout': 504,
}

/** What a fault is answered with. One that is not ours may hold anything: it is logged, and its text stays here. */
export function refuse(error: unknown, logger: Logger, code?: number): Response {
  const fault = asFault(error)
  if (fault.code === 'internal') logger.error({ error: String(error) }, 'a request failed')
  const { code: name, message, retryable } = fault
  return Response.json(
    { error: { code: name, message, retryable } },
    { status: code ?? httpCodes[name] ?? 500 },
  )
}

function asFault(error: unknown): AbeyanceError {
  if (isAbeyanceError(error)) return error
  if (error instanceof z.ZodError)
    return new AbeyanceError('usage', `the request is not what the API takes: ${z.prettifyError(error)}`)
  return new AbeyanceError('internal', 'something went wrong here; the log of the server says what')
}
