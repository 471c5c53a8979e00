import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { asPlainText } from '../modules/asked-message.ts'
import type { WaitAnswer } from './wait-answer.ts'

/** As Step Functions takes it, in bytes of JSON. */
export const mostPayload = 262_144
const deepest = 100

/**
 * What is called back comes from anywhere: it is measured before anything else walks through it, and becomes what is read back
 * once it was kept, since the first answer is final and the same said again must be known. @throws `invalid-value`
 */
export function measured(answer: WaitAnswer): WaitAnswer {
  return answer.kind === 'success' ? { ...answer, value: asPayload(answer.value) } : answer
}

/** @throws `invalid-value` for what is too large or too deep, or cannot be kept as it is */
export function asPayload(value: Json): Json {
  const kept = asKept(value, 'value', 0)
  const size = Buffer.byteLength(JSON.stringify(kept))
  if (size <= mostPayload) return kept
  throw new AbeyanceError(
    'invalid-value',
    `the value is ${size} bytes of JSON, and ${mostPayload} are taken; put what is larger in a file and call back with its path`,
  )
}

function asKept(value: Json, where: string, depth: number): Json {
  if (depth > deepest)
    throw new AbeyanceError('invalid-value', `the value is nested more than ${deepest} deep`)
  if (typeof value === 'number') return asNumber(value, where)
  if (typeof value === 'string') return asText(value, where)
  if (typeof value !== 'object' || value === null) return value
  if (!isJsonObject(value)) return value.map((one, index) => asKept(one, `${where}[${index}]`, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      asText(name, `a name in ${where}`),
      asKept(one, `${where}.${name}`, depth + 1),
    ]),
  )
}

/** `1e400` is JSON, yet more than any number here. */
function asNumber(value: number, where: string): number {
  if (!Number.isFinite(value)) throw unkeepable(where, `is ${value}; give a number below 1.8e308, or null`)
  return value === 0 ? 0 : value // -0 is written as 0
}

function asText(text: string, where: string): string {
  if (!/\p{Cs}/u.test(text)) return text
  throw unkeepable(where, 'is text with half a surrogate pair; give whole characters')
}

function unkeepable(where: string, what: string): AbeyanceError {
  return new AbeyanceError('invalid-value', `${asPlainText(where, 200)} ${what}`)
}
