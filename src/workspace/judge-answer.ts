import { isDeepStrictEqual } from 'node:util'
import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { asPlainText } from '../modules/asked-message.ts'
import type { Approval, ApprovalEnd, AskedWait, Callback, CallbackEnd } from '../modules/asked-wait.ts'
import { faultOfGiven } from '../pipeline/fits.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { WaitAnswer } from './wait-answer.ts'

export interface Said {
  readonly answer: WaitAnswer
  /** Nobody, where a token was shown. */
  readonly by: string | undefined
  readonly at: number
  /** What waits, in words: `module release of run 0199...`. */
  readonly what: string
}

const mostText = 10_000

/**
 * What an answer makes of a wait: its end, or undefined where just this was said before. The first answer is final.
 * @throws `invalid-value` what does not fit, `not-permitted` who is not asked, `invalid-state` what comes after another end
 */
export function judgeAnswer(wait: AskedWait, said: Said): AskedWait | undefined {
  return wait.kind === 'approval' ? judgeApproval(wait, said) : judgeCallback(wait, said)
}

/** What becomes of it now that its deadline has passed. */
export function atDeadline(wait: AskedWait, at: number): AskedWait {
  if (wait.kind === 'token') return { ...wait, end: { result: 'none', at } }
  const decision = ({ approve: 'approved', reject: 'rejected', fail: 'none' } as const)[wait.atDeadline]
  return { ...wait, end: { decision, at } }
}

function judgeApproval(wait: Approval, { answer, by = 'user', at, what }: Said): Approval | undefined {
  if (answer.kind !== 'approve' && answer.kind !== 'reject')
    throw new AbeyanceError('invalid-value', `${what} is an approval: answer it by approving or rejecting`)
  if (wait.approvers && !wait.approvers.includes(by))
    throw new AbeyanceError('not-permitted', `${what} asks ${wait.approvers.join(', ')}, and you are ${by}`)
  const comment = asPlainText(answer.comment ?? '', mostText).trim()
  const end: ApprovalEnd = {
    decision: answer.kind === 'approve' ? 'approved' : 'rejected',
    by: asPlainText(by, 200),
    ...(comment !== '' && { comment }),
    at,
  }
  if (!wait.end) return { ...wait, end }
  if (isDeepStrictEqual({ ...wait.end, at }, end)) return undefined
  throw tooLate(
    what,
    wait.end.by === undefined ? 'its deadline decided it' : `${wait.end.by} ${wait.end.decision} it`,
    wait.end,
  )
}

function judgeCallback(wait: Callback, { answer, by, at, what }: Said): Callback | undefined {
  if (answer.kind !== 'success' && answer.kind !== 'failure')
    throw new AbeyanceError(
      'invalid-value',
      `${what} waits to be called back: answer it with a value or a failure`,
    )
  const given = by === undefined ? { at } : { at, by: asPlainText(by, 200) }
  const end: CallbackEnd =
    answer.kind === 'success'
      ? { result: 'success', value: payload(wait, answer.value, what), ...given }
      : { result: 'failure', message: asPlainText(answer.message, mostText), ...given }
  if (!wait.end) return { ...wait, end }
  if (isDeepStrictEqual(contentOf(wait.end), contentOf(end))) return undefined
  throw tooLate(
    what,
    wait.end.result === 'none' ? 'its deadline had passed' : `a ${wait.end.result} was called back`,
    wait.end,
  )
}

/** Who says it again does not matter to what was said. */
function contentOf(end: CallbackEnd): Json {
  if (end.result === 'none') return [end.result]
  return [end.result, end.result === 'success' ? end.value : end.message]
}

function payload({ outputs }: Callback, value: Json, what: string): Json {
  if (!outputs) return value
  const names = Object.keys(outputs)
  const refuse = (fault: string) =>
    new AbeyanceError(
      'invalid-value',
      `the value for ${what} must be an object with ${names.join(', ')}: ${fault}`,
    )
  if (!isJsonObject(value)) throw refuse('it is none')
  for (const name of Object.keys(value))
    if (!Object.hasOwn(outputs, name)) throw refuse(`it has \`${name}\`${didYouMean(name, names)}`)
  for (const [name, type] of Object.entries(outputs)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    const fault = given === undefined ? 'is missing' : faultOfGiven(given, type)
    if (fault !== undefined) throw refuse(`\`${name}\` ${fault}`)
  }
  return value
}

function tooLate(what: string, how: string, { at }: { readonly at: number }): AbeyanceError {
  return new AbeyanceError(
    'invalid-state',
    `${what} was answered otherwise before: ${how} on ${new Date(at).toISOString()}, and that is final`,
  )
}
