import { join } from 'node:path/posix'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { given, type Given, type Source, type Where } from './pipeline.ts'
import type { DocumentPath, Report } from './problem.ts'

export interface SourceReading {
  readonly report: Report
  /** The folder that the document's relative paths start from, itself relative to the outermost document's. */
  readonly base: string
}

/**
 * What stands at a port: `$name` an input, `$module.port` an output, a list with such in it, or a value. In values `$$`
 * begins a text that begins with a dollar sign, `{ file }` and `{ folder }` name one, `{ $literal: ... }` is taken as it is.
 */
export function readSource(json: Json, path: DocumentPath, reading: SourceReading): Source {
  if (typeof json === 'string') return referenceIn(json) ?? given_(readGiven(json, path, reading))
  if (!Array.isArray(json)) return given_(readGiven(json, path, reading))
  const sources = json.map((one: Json, index) => readSource(one, [...path, index], reading))
  return listOf(sources)
}

/** Sources in order. A list without a connection in it is one given value: there is one way to say it. */
export function listOf(sources: readonly Source[]): Source {
  const values = sources.flatMap((source) => (source.kind === 'given' ? [source.given] : []))
  return values.length === sources.length ? given_(values) : { kind: 'list', sources }
}

/** The reference that a text is, `$name` or `$module.port`. */
export function referenceIn(text: string): Source | undefined {
  const [, name, port] = /^\$([A-Za-z][A-Za-z0-9_-]*)(?:\.([A-Za-z][A-Za-z0-9_]*))?$/.exec(text) ?? []
  if (name === undefined) return undefined
  return port === undefined ? { kind: 'input', input: name } : { kind: 'output', module: name, port }
}

/** A value as a person gives it in a document. */
export function readGiven(json: Json, path: DocumentPath, reading: SourceReading): Given {
  if (typeof json === 'string') return readText(json, path, reading.report)
  if (Array.isArray(json)) return json.map((one: Json, index) => readGiven(one, [...path, index], reading))
  if (!isJsonObject(json)) return json
  if (Object.hasOwn(json, '$literal') && Object.keys(json).length === 1) return json.$literal ?? null
  return readFileOrFolder(json, path, reading) ?? readObject(json, path, reading.report)
}

/** `{ file: path }` from a path beside the document. */
export function fileNamed(path: string, base: string): Given {
  return { file: pathFrom(base, path), [given]: true }
}

export function pathFrom(base: string, path: string): string {
  return path.startsWith('/') || path.startsWith('~') || base === '' ? path : join(base, path)
}

function readText(text: string, path: DocumentPath, report: Report): string {
  if (!text.startsWith('$')) return text
  if (!text.startsWith('$$')) {
    const hint = `write \`$${text}\` for a text that begins with a dollar sign`
    const message = `\`${text}\` is no reference that can stand here: \`$name\` or \`$module.port\`, as a whole value or in a list`
    report({ code: 'unknown-reference', message, path, hint })
  }
  return text.slice(1)
}

// Inside an object nothing is connected and no file is named; only the dollar signs are unescaped.
function readObject(json: JsonObject, path: DocumentPath, report: Report): JsonObject {
  const read = (value: Json, at: DocumentPath): Json => {
    if (typeof value === 'string') return readText(value, at, report)
    if (Array.isArray(value)) return value.map((one: Json, index) => read(one, [...at, index]))
    return isJsonObject(value) ? readObject(value, at, report) : value
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, read(value, [...path, key])]))
}

function readFileOrFolder(json: JsonObject, path: DocumentPath, reading: SourceReading): Given | undefined {
  const { file, folder, at, sign, ...others } = json
  const named = file ?? folder
  if (typeof named !== 'string' || (file !== undefined && folder !== undefined)) return undefined
  for (const key of Object.keys(others))
    reading.report({
      code: 'unknown-key',
      message: `a file or folder has no \`${key}\``,
      path: [...path, key],
      hint: 'it has `at` and `sign`; for a plain object write `{ $literal: ... }`',
    })
  if (at !== undefined && typeof at !== 'string')
    reading.report({ code: 'wrong-shape', message: '`at` names a destination', path: [...path, 'at'] })
  const how = readSign(sign)
  if (sign !== undefined && how === undefined)
    reading.report({
      code: 'wrong-shape',
      message: '`sign` is `content`, `stat` or `{ pinned: digest }`',
      path: [...path, 'sign'],
    })
  const where: Where = { ...(typeof at === 'string' && { at }), ...(how !== undefined && { sign: how }) }
  const place = typeof at === 'string' ? named : pathFrom(reading.base, named)
  return file === undefined
    ? { folder: place, ...where, [given]: true }
    : { file: place, ...where, [given]: true }
}

function readSign(sign: Json | undefined): Where['sign'] {
  if (sign === 'content' || sign === 'stat') return sign
  if (isJsonObject(sign) && typeof sign.pinned === 'string') return { pinned: sign.pinned }
  return undefined
}

function given_(value: Given): Source {
  return { kind: 'given', given: value }
}
