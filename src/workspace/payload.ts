import { AbeyanceError } from '../core/error.ts'
import type { Json } from '../core/json.ts'

/** As Step Functions takes it, in bytes of JSON. */
export const mostPayload = 262_144
const deepest = 100

/** What is called back comes from anywhere: it is measured before anything walks through it. @throws `invalid-value` */
export function assertPayload(value: Json): void {
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      throw new AbeyanceError('invalid-value', `the value is nested more than ${deepest} deep`)
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  const size = Buffer.byteLength(JSON.stringify(value))
  if (size > mostPayload)
    throw new AbeyanceError(
      'invalid-value',
      `the value is ${size} bytes of JSON, and ${mostPayload} are taken; put what is larger in a file and call back with its path`,
    )
}
