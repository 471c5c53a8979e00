import { z } from 'zod'
import { isJsonObject, type Json } from '../core/json.ts'
import { logSettings, size } from '../pipeline/log-settings.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import { reportIssues } from '../pipeline/report-issues.ts'

const name = z.string()
const names = z.array(name)
/** A time, such as `10s`. */
export const span = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'write it as 250ms, 10s or 1h30m')

/** A value that must not stand in the file: where it is found instead (rule C2). */
export type SecretReference = { readonly environment: string } | { readonly file: string }

/** Gives the value of a secret that an option names; undefined where it is not found, which is reported. */
export type SecretsOf = (reference: SecretReference, option: string) => Promise<string | undefined>

export const secret = z.union([z.strictObject({ environment: name }), z.strictObject({ file: name })], {
  error: 'write `{ environment: NAME }` or `{ file: PATH }`; a secret never stands in this file',
})

// Each part of the file is flat, so that the keys it may have are known where one is misspelt.

export const whole = z.strictObject({
  abeyance: z.literal(1),
  destinations: z.json().exactOptional(),
  default: name.exactOptional(),
  route: z.record(name, name).exactOptional(),
  use: names.exactOptional(),
  notifiers: z.json().exactOptional(),
  notices: z.array(z.json()).exactOptional(),
  monitor: z.json().exactOptional(),
  logs: z.json().exactOptional(),
  retention: z
    .union([z.enum(['never', 'on-success']), span], {
      error: 'is `never`, `on-success` or a time such as 30d',
    })
    .exactOptional(),
})

export const monitor = z.strictObject({
  quickest: span.exactOptional(),
  slowest: span.exactOptional(),
  thoroughEvery: span.exactOptional(),
  lostGrace: span.exactOptional(),
})

export const logs = z.strictObject({
  ...logSettings.shape,
  line: size.exactOptional(),
  keep: size.exactOptional(),
})

/** A part of the file in its shape, or undefined with all that is wrong with it reported. */
export function readShape<S extends z.ZodObject>(
  schema: S,
  json: Json,
  { path, what, report }: { path: DocumentPath; what: string; report: Report },
): z.output<S> | undefined {
  if (!isJsonObject(json)) {
    report({ code: 'wrong-shape', message: `${what} must be a mapping`, path })
    return undefined
  }
  const read = schema.safeParse(json)
  if (read.success) return read.data
  const known = Object.keys(schema.shape)
  const others = read.error.issues.filter((issue) => {
    if (issue.code !== 'unrecognized_keys' || issue.path.length > 0) return true
    for (const key of issue.keys)
      report({
        code: 'unknown-key',
        message: `${what} has no key \`${key}\`${didYouMean(key, known)}`,
        path: [...path, key],
      })
    return false
  })
  if (others.length > 0)
    reportIssues({ error: new z.ZodError(others), json: withoutSecrets(json), keys: known }, path, report)
  return undefined
}

const maySecret: ReadonlySet<string> = new Set(['secret', 'url', 'passphrase', 'password', 'token'])

// What stands where a secret is expected may be one: it is not repeated in the problem.
function withoutSecrets(json: Json): Json {
  if (Array.isArray(json)) return json.map(withoutSecrets)
  if (!isJsonObject(json)) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      !maySecret.has(key) ? withoutSecrets(value) : typeof value === 'string' ? '(not shown)' : '(mapping)',
    ]),
  )
}
