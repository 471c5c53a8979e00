import { runId } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { RetryAnswer } from '../monitor/job-monitor.ts'
import type { Evidence } from '../records/evidence.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { AnswerReceipt } from './wait-answer.ts'
import type { CancelAnswer, StopAnswer } from './workspace.ts'

/** The driver's answer says what came of it; the record says the rest. */
export function cancelled(answer: Json, { state }: JobRecord): CancelAnswer {
  const { kind, by } = isJsonObject(answer) ? answer : {}
  if (kind === 'needed' && Array.isArray(by))
    return { kind, by: by.filter((id: Json) => typeof id === 'string').map(runId) }
  return isFinal(state) ? { kind: 'ended', state } : { kind: 'requested', ...saidIn(answer) }
}

export function stopped(answer: Json, job: JobRecord): StopAnswer {
  const isCollecting = isJsonObject(answer) && answer['kind'] === 'collecting'
  return isCollecting ? { kind: 'collecting' } : cancelled(answer, job)
}

export function retried(answer: Json, job: JobRecord): RetryAnswer {
  const { kind } = isJsonObject(answer) ? answer : {}
  const said = saidIn(answer)
  if (kind === 'may-still-run')
    return { kind, evidence: said.evidence ?? { from: 'host', text: 'the host did not say' } }
  return kind === 'open' ? { kind, job, ...said } : { kind: 'requested', job }
}

export function received(answer: Json): AnswerReceipt {
  return { kind: isJsonObject(answer) && answer['kind'] === 'repeated' ? 'repeated' : 'taken' }
}

/** What the host said, where it was asked. */
function saidIn(answer: Json): { readonly evidence?: Evidence } {
  const evidence = isJsonObject(answer) ? answer['evidence'] : undefined
  const text = isJsonObject(evidence) ? evidence['text'] : undefined
  return typeof text === 'string' ? { evidence: { from: 'host', text } } : {}
}
