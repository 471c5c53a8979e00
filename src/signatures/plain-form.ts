import { AbeyanceError } from '../core/error.ts'
import type { Json, JsonObject } from '../core/json.ts'

/**
 * The JSON that stands for a value when it is signed, or `invalid-value` naming the path of what JSON cannot hold (rule S1).
 * A file or folder becomes `{"@file": {name, digest}}`: its place and its size are no part of what it is (rule S3). A key that
 * begins with `@` gets one more, so that plain JSON can look like a file but never be signed as one. An `ElementFailure` is signed
 * whole, as the JSON it is: a module that reads it sees its index and its message, so both can show in what the module gives.
 */
export function plainForm(value: unknown, where = 'value'): Json {
  return form(value, { where, keys: [] })
}

// This is the edge where what calls itself a Value is checked, hence `unknown`.
interface Trail {
  readonly where: string
  readonly keys: (string | number)[]
}

// Deeper nesting exhausts the stack of JSON.parse itself before long; and a cycle is met here, whatever its length.
const deepest = 1000
const loneSurrogate = /[\uD800-\uDFFF]/u

function form(value: unknown, trail: Trail): Json {
  switch (typeof value) {
    case 'string':
      return text(value, trail)
    case 'number':
      return Number.isFinite(value) ? value : refuse(trail, `is ${value}`)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : container(value, trail)
    case 'undefined':
      return refuse(trail, 'is undefined')
    case 'bigint':
    case 'symbol':
    case 'function':
      return refuse(trail, `is a ${typeof value}`)
  }
}

function text(value: string, trail: Trail): string {
  return loneSurrogate.test(value) ? refuse(trail, 'is text with half a surrogate pair') : value
}

function container(value: object, trail: Trail): Json {
  if (trail.keys.length >= deepest) return refuse(trail, `holds itself, or is nested deeper than ${deepest}`)
  if (Array.isArray(value)) return list(value, trail)
  if (!isPlain(value)) return refuse(trail, `is a ${value.constructor?.name ?? 'special object'}`)
  if (Object.getOwnPropertySymbols(value).length > 0)
    return refuse(trail, 'has symbols for keys, as a file has that was named but not yet looked at')
  return bytesForm(value) ?? record(value, trail)
}

// What stands for itself is handed on as it is, not copied: that is nearly everything that is signed.
function list(value: readonly unknown[], trail: Trail): Json {
  const result: Json[] = []
  let same = true
  for (let index = 0; index < value.length; index++) {
    trail.keys.push(index)
    const inner = form(value[index], trail)
    trail.keys.pop()
    same &&= inner === value[index]
    result.push(inner)
  }
  return isJson(value, same) ? value : result
}

function record(value: object, trail: Trail): Json {
  const entries: [string, Json][] = Object.entries(value) // typed as what the loop makes them
  let same = true
  for (const entry of entries) {
    const [key, was] = entry
    trail.keys.push(key)
    entry[0] = text(key.startsWith('@') ? `@${key}` : key, trail)
    entry[1] = form(was, trail)
    trail.keys.pop()
    same &&= entry[1] === was && entry[0] === key
  }
  return isJson(value, same) ? value : Object.fromEntries(entries)
}

/** Everything in it was looked at, and stands for itself. */
function isJson(_value: object, same: boolean): _value is JsonObject | readonly Json[] {
  return same
}

/** Exactly a FileValue or FolderValue; with one key more it is plain JSON, or that key would go unsigned. */
function bytesForm(value: object): Json | undefined {
  if (!('kind' in value && 'name' in value && 'digest' in value && 'at' in value)) return undefined
  const { kind, name, digest } = value
  if (kind !== 'file' && kind !== 'folder') return undefined
  if (!((kind === 'file' ? 'size' : 'files') in value) || Object.keys(value).length !== 5) return undefined
  if (typeof name !== 'string' || typeof digest !== 'string' || loneSurrogate.test(name)) return undefined
  return { [`@${kind}`]: { name, digest } }
}

/** An object that is nothing but its keys, also when it comes from another realm. */
function isPlain(value: object): boolean {
  const parent: unknown = Object.getPrototypeOf(value)
  return parent === null || parent === Object.prototype || Object.getPrototypeOf(parent) === null
}

function refuse(trail: Trail, what: string): never {
  const path = trail.keys.slice(0, 12).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
  const whole = `${trail.where}${path.join('')}${trail.keys.length > 12 ? '...' : ''}`
  throw new AbeyanceError(
    'invalid-value',
    `${whole} ${what}, which JSON cannot hold; give it as text or leave it out`,
    {
      details: { path: whole },
    },
  )
}
