import type { z } from 'zod'
import { isJsonObject, type Json } from '../core/json.ts'
import { didYouMean } from './nearest.ts'
import type { DocumentPath, Report } from './problem.ts'

type Issue = z.core.$ZodIssue

export interface Mismatch {
  readonly error: z.ZodError
  readonly json: Json
  /** The keys that a person can have meant. */
  readonly keys: readonly string[]
}

/** What zod found wrong in a part of a document, as problems at their places, unknown keys with what was probably meant. */
export function reportIssues({ error, json, keys }: Mismatch, path: DocumentPath, report: Report): void {
  for (const issue of error.issues) {
    const at = [...path, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))]
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) unknownKey(key, keys, at, report)
    else
      report({
        code: 'wrong-shape',
        message: `\`${at.at(-1)}\` ${expectation(issue, valueAt(json, issue))}`,
        path: at,
      })
  }
}

function unknownKey(key: string, keys: readonly string[], at: DocumentPath, report: Report): void {
  report({
    code: 'unknown-key',
    message: `\`${at.at(-1)}\` has no key \`${key}\`${didYouMean(key, keys)}`,
    path: [...at, key],
  })
}

function expectation(issue: Issue, found: Json | undefined): string {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found)
  switch (issue.code) {
    case 'invalid_value': {
      const values = issue.values.map(String)
      const near = typeof found === 'string' ? didYouMean(found, values) : ''
      return `is one of ${values.map((value) => `\`${value}\``).join(', ')}, not ${shown}${near}`
    }
    case 'invalid_type':
      return `must be ${article(issue.expected)}, not ${shown}`
    default:
      return `is ${shown}: ${issue.message}`
  }
}

function article(kind: string): string {
  const name = kind === 'array' ? 'list' : kind
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`
}

function valueAt(json: Json, issue: Issue): Json | undefined {
  let at: Json | undefined = json
  for (const key of issue.path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key]
    else if (isJsonObject(at)) at = at[String(key)]
    else return undefined
  }
  return at
}
