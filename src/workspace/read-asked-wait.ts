import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { Approval, ApprovalEnd, Callback, CallbackEnd } from '../modules/asked-wait.ts'
import { plainTypes, type PortType } from '../pipeline/port-type.ts'

type Kept = Readonly<Record<string, Json | undefined>>

/** An approval as it was kept on disk; undefined where it is none. */
export function asApproval({
  message,
  approvers,
  since,
  deadline,
  atDeadline,
  onReject,
  end,
}: Kept): Approval | undefined {
  if (typeof message !== 'string' || typeof since !== 'number') return undefined
  if (atDeadline !== 'approve' && atDeadline !== 'reject' && atDeadline !== 'fail') return undefined
  if (onReject !== 'fail' && onReject !== 'continue') return undefined
  const names = namesIn(approvers)
  const known = approvalEnd(end)
  if ((end !== undefined && !known) || (approvers !== undefined && !names)) return undefined
  return {
    kind: 'approval',
    message,
    ...(names && { approvers: names }),
    since,
    ...(typeof deadline === 'number' && { deadline }),
    atDeadline,
    onReject,
    ...(known && { end: known }),
  }
}

/** A wait to be called back, likewise. */
export function asCallback({ message, outputs, since, deadline, made, end }: Kept): Callback | undefined {
  if (typeof since !== 'number' || !isJsonObject(made)) return undefined
  const { nonce, hash } = made
  const types = outputs === undefined ? undefined : typesIn(outputs)
  const known = callbackEnd(end)
  if (typeof nonce !== 'string' || typeof hash !== 'string') return undefined
  if ((end !== undefined && !known) || (outputs !== undefined && !types)) return undefined
  return {
    kind: 'token',
    ...(typeof message === 'string' && { message }),
    ...(types && { outputs: types }),
    since,
    ...(typeof deadline === 'number' && { deadline }),
    made: { nonce, hash },
    ...(known && { end: known }),
  }
}

function namesIn(json: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(json)) return undefined
  const names = json.filter((name: Json) => typeof name === 'string')
  return names.length === json.length ? names : undefined
}

function approvalEnd(json: Json | undefined): ApprovalEnd | undefined {
  if (!isJsonObject(json)) return undefined
  const { decision, by, comment, at } = json
  if (decision !== 'approved' && decision !== 'rejected' && decision !== 'none') return undefined
  if (typeof at !== 'number') return undefined
  return {
    decision,
    ...(typeof by === 'string' && { by }),
    ...(typeof comment === 'string' && { comment }),
    at,
  }
}

function callbackEnd(json: Json | undefined): CallbackEnd | undefined {
  if (!isJsonObject(json)) return undefined
  const { result, value, message, at } = json
  if (typeof at !== 'number') return undefined
  const by = typeof json['by'] === 'string' ? { by: json['by'] } : {}
  if (result === 'success' && value !== undefined) return { result, value, at, ...by }
  if (result === 'failure' && typeof message === 'string') return { result, message, at, ...by }
  return result === 'none' ? { result, at } : undefined
}

function typesIn(json: Json): Readonly<Record<string, PortType>> | undefined {
  if (!isJsonObject(json)) return undefined
  const types: Record<string, PortType> = {}
  for (const [name, type] of Object.entries(json satisfies JsonObject)) {
    const known = typeIn(type)
    if (known === undefined) return undefined
    types[name] = known
  }
  return types
}

function typeIn(json: Json | undefined): PortType | undefined {
  if (!Array.isArray(json)) return plainTypes.find((type) => type === json)
  const of = json.length === 1 ? typeIn(json[0]) : undefined
  return of && [of]
}
