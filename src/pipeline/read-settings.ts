import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { reasons } from '../core/reason.ts'
import { logSettings } from './log-settings.ts'
import type { MapShape } from './pipeline.ts'
import type { DocumentPath, Report } from './problem.ts'
import { reportIssues } from './report-issues.ts'
import type { Settings } from './settings.ts'

const quantity = z.string().regex(/^\d+(\.\d+)? ?([KMGT]i?)?B?$/, 'such as `24 GiB`')
const duration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d) ?)+$/, 'such as `90m` or `4h`')
const words = z.array(z.string())

const resources = z.strictObject({
  cores: z.int().positive().exactOptional(),
  memory: quantity.exactOptional(),
  time: duration.exactOptional(),
  gpus: z.int().nonnegative().exactOptional(),
  partition: z.string().exactOptional(),
  account: z.string().exactOptional(),
  flags: words.exactOptional(),
})

/** One rule of `retry`, or of a destination's `resubmit`. */
export const retryRule = z.strictObject({
  on: z.array(z.enum(reasons)),
  attempts: z.int().positive(),
  delay: duration.exactOptional(),
  memory: z.templateLiteral(['x', z.number()], 'such as `x2`').exactOptional(),
  destination: z.string().exactOptional(),
})

const logRule = z.strictObject({
  pattern: z.string().refine(isPattern, 'must be a regular expression'),
  then: z.enum(['progress', 'notice', 'cancel']),
})

const settings = z.strictObject({
  label: z.string().exactOptional(),
  destination: z.string().exactOptional(),
  tags: words.exactOptional(),
  resources: resources.exactOptional(),
  retry: z.array(retryRule).exactOptional(),
  log: z.array(logRule).exactOptional(),
  logs: logSettings.exactOptional(),
  signDestination: z.boolean().exactOptional(),
})

const port = z.string()
const map = z.union([
  port,
  z.strictObject({
    over: z.union([port, z.array(port).nonempty()]),
    as: z.enum(['zip', 'cross']).default('zip'),
    onElementFailure: z
      .union([z.enum(['fail', 'keep-going']), z.strictObject({ tolerate: z.int().nonnegative() })])
      .default('fail'),
    replicate: z.boolean().default(false),
  }),
])

/** The keys of a module that are settings: not signed (rule S5). */
export const settingKeys: readonly string[] = Object.keys(settings.shape)

const nestedKeys = [resources, retryRule, logRule, logSettings].flatMap(({ shape }) => Object.keys(shape))

/** The settings among a module's keys. */
export function readSettings(module: JsonObject, path: DocumentPath, report: Report): Settings {
  const own = Object.fromEntries(Object.entries(module).filter(([key]) => settingKeys.includes(key)))
  const read = settings.safeParse(own)
  if (read.success) return read.data
  reportIssues({ error: read.error, json: own, keys: nestedKeys }, path, report)
  return {}
}

/** `map: port`, or `map: { over, as, onElementFailure, replicate }`. */
export function readMap(json: JsonObject[string], path: DocumentPath, report: Report): MapShape | undefined {
  const read = isJsonObject(json) ? map.options[1].safeParse(json) : map.options[0].safeParse(json)
  if (!read.success) {
    reportIssues({ error: read.error, json, keys: Object.keys(map.options[1].shape) }, path, report)
    return undefined
  }
  if (typeof read.data === 'string') return { over: [read.data], as: 'zip', onElementFailure: 'fail' }
  const { over, as, onElementFailure, replicate } = read.data
  return {
    over: typeof over === 'string' ? [over] : over,
    as,
    onElementFailure,
    ...(replicate && { replicate: true }),
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
