import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { isReason } from '../core/reason.ts'
import type { AskedWait } from '../modules/asked-wait.ts'
import type { ExistingJobEnd, Wait } from '../modules/module-type.ts'
import { asApproval, asCallback } from './read-asked-wait.ts'

/** A wait as it was kept on disk. */
export function readWait(key: string, value: Json): Wait {
  const wait = isJsonObject(value) ? asWait(value) : undefined
  if (wait) return wait
  throw new AbeyanceError('workspace-damaged', `the wait record ${key} cannot be read; retry its module`)
}

/** One that somebody answers, or undefined for another. */
export function askedWait(key: string, value: Json): AskedWait | undefined {
  const wait = readWait(key, value)
  return wait.kind === 'approval' || wait.kind === 'token' ? wait : undefined
}

function asWait(kept: Readonly<Record<string, Json>>): Wait | undefined {
  const { kind, time, path, destination, id, accept, since, end } = kept
  if (kind === 'approval') return asApproval(kept)
  if (kind === 'token') return asCallback(kept)
  if (kind === 'until' && typeof time === 'number') return { kind, time }
  if (kind === 'file' && typeof path === 'string') return { kind, path }
  if (kind !== 'existing-job' || typeof destination !== 'string' || typeof id !== 'string') return undefined
  if (accept !== 'succeeded' && accept !== 'unknown' && accept !== 'any') return undefined
  if (typeof since !== 'number') return undefined
  const known = endIn(end)
  return { kind, destination, id, accept, since, ...(known && { end: known }) }
}

function endIn(json: Json | undefined): ExistingJobEnd | undefined {
  if (!isJsonObject(json)) return undefined
  const { result, reason, code, evidence } = json
  if (result !== 'succeeded' && result !== 'failed' && result !== 'unknown') return undefined
  if (typeof evidence !== 'string') return undefined
  return {
    result,
    ...(typeof reason === 'string' && isReason(reason) && { reason }),
    ...(typeof code === 'number' && { code }),
    evidence,
  }
}
