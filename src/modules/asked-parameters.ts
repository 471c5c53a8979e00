import { duration } from '../core/duration.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { didYouMean } from '../pipeline/nearest.ts'

/** Refuses a parameter that there is not: a misspelt `deadline` would be waited for for ever. */
export function onlyKnown(type: string, parameters: JsonObject, known: readonly string[]): void {
  for (const name of Object.keys(parameters))
    if (!known.includes(name))
      throw wrong(type, `there is no parameter \`${name}\`${didYouMean(name, known)}`)
}

/** Milliseconds from when it is asked. */
export function deadlineIn(type: string, { deadline }: JsonObject): number | undefined {
  if (deadline === undefined) return undefined
  if (typeof deadline !== 'string')
    throw wrong(type, `\`deadline\` is a text such as 3d, not ${JSON.stringify(deadline)}`)
  try {
    return duration(deadline)
  } catch (error) {
    throw wrong(type, `\`deadline\`: ${messageOf(error)}`)
  }
}

export function oneOf<T extends string>(
  type: string,
  name: string,
  value: Json | undefined,
  [first, ...others]: readonly [T, ...T[]],
): T {
  if (value === undefined) return first
  const found = [first, ...others].find((word) => word === value)
  if (found !== undefined) return found
  const words = [first, ...others].map((word) => `\`${word}\``).join(' or ')
  throw wrong(type, `\`${name}\` is ${words}, not ${JSON.stringify(value)}`)
}

export function wrong(type: string, what: string): AbeyanceError {
  return new AbeyanceError('invalid-value', `${type}: ${what}`)
}
