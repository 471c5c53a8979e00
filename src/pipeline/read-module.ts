import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { commandKeys, isCommand } from './command-keys.ts'
import type { ModuleCatalog } from './module-kind.ts'
import { didYouMean, nearest } from './nearest.ts'
import type { Module, Pipeline, Source } from './pipeline.ts'
import type { DocumentPath, Report } from './problem.ts'
import { readMap, readSettings, settingKeys } from './read-settings.ts'
import { readSource, type SourceReading } from './read-source.ts'

export interface Reading extends SourceReading {
  readonly catalog: ModuleCatalog
  /** Reads a pipeline that stands in this one. */
  readGroup(json: Json, path: DocumentPath): Pipeline | undefined
  /** The text of a scalar as it is written: `1.10` is a number to YAML, and a word of a command must stay as it is. */
  textAt(path: DocumentPath): string | undefined
}

// One of these says what a module does.
const telling = ['command', 'script', 'group', 'type']
const anyModuleKeys = ['type', 'version', 'inputs', 'map', 'when', 'replicate', ...settingKeys]

/** A module of a document; whatever is wrong with it is reported, and what can be read of it is read. */
export function readModule(id: string, json: Json, path: DocumentPath, reading: Reading): Module {
  if (!isJsonObject(json)) {
    reading.report({
      code: 'wrong-shape',
      message: `module \`${id}\` must be a mapping`,
      path,
      hint: 'with `command:`, `script:`, `group:` or `type:`',
    })
    return { id, type: '', version: 1, parameters: {}, inputs: {}, settings: {} }
  }
  const type = typeOf(id, json, path, reading.report)
  checkKeys(id, type, json, path, reading.report)
  const group = json.group === undefined ? undefined : reading.readGroup(json.group, [...path, 'group'])
  const map = json.map === undefined ? undefined : readMap(json.map, [...path, 'map'], reading.report)
  const replicate = readInteger(json, 'replicate', path, reading.report)
  return {
    id,
    type,
    version: readInteger(json, 'version', path, reading.report) ?? reading.catalog.get(type)?.version ?? 1,
    parameters: isCommand(type) ? readCommand(json, path, reading) : readParameters(json, path, reading),
    inputs: readInputs(json.inputs, [...path, 'inputs'], reading),
    settings: readSettings(json, path, reading.report),
    ...(map !== undefined && { map }),
    ...(json.when !== undefined && { when: readSource(json.when, [...path, 'when'], reading) }),
    ...(replicate !== undefined && { replicate }),
    ...(group !== undefined && { group }),
  }
}

function typeOf(id: string, json: JsonObject, path: DocumentPath, report: Report): string {
  if (typeof json.type === 'string') return json.type
  const told = json.type === undefined
  if (told && (json.command !== undefined || json.script !== undefined)) return 'command'
  if (told && json.group !== undefined) return 'group'
  // A slip in the one key that says it is reported as such.
  const known = [...anyModuleKeys, ...commandKeys, 'parameters', 'group']
  if (told && Object.keys(json).some((key) => !known.includes(key) && nearest(key, telling) !== undefined))
    return ''
  report({
    code: 'wrong-shape',
    message: told ? `module \`${id}\` does not say what it does` : 'a `type` is a name',
    path: told ? path : [...path, 'type'],
    hint: 'give it a `command:`, a `script:`, a `group:` or a `type:`',
  })
  return ''
}

function checkKeys(id: string, type: string, json: JsonObject, path: DocumentPath, report: Report): void {
  const allowed = [...anyModuleKeys, ...keysOf(type)]
  for (const key of Object.keys(json)) {
    if (allowed.includes(key)) continue
    const elsewhere = commandKeys.includes(key) || key === 'group' || key === 'parameters'
    const message = elsewhere
      ? `module \`${id}\` is of the type \`${type}\`, which has no \`${key}\``
      : `module \`${id}\` has no key \`${key}\`${didYouMean(key, allowed)}`
    report({ code: 'unknown-key', message, path: [...path, key] })
  }
}

function keysOf(type: string): readonly string[] {
  switch (type) {
    case '':
      return [...commandKeys, 'group', 'parameters']
    case 'command':
    case 'batch':
      return [...commandKeys, 'parameters']
    case 'group':
      return ['group']
    default:
      return ['parameters']
  }
}

// What a word or a variable is stays text, also where YAML reads a number or a boolean.
function readCommand(json: JsonObject, path: DocumentPath, reading: Reading): JsonObject {
  const parameters: Record<string, Json> = { ...readParameters(json, path, reading) }
  for (const key of commandKeys) {
    const value = json[key]
    if (value === undefined) continue
    const texts = key === 'command' || key === 'arguments' || key === 'environment' || key === 'load'
    parameters[key] = texts ? asTexts(value, [...path, key], reading) : value
  }
  return parameters
}

function asTexts(json: Json, path: DocumentPath, reading: Reading): Json {
  if (typeof json === 'number' || typeof json === 'boolean') return reading.textAt(path) ?? String(json)
  if (Array.isArray(json)) return json.map((one: Json, index) => asTexts(one, [...path, index], reading))
  if (!isJsonObject(json)) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, asTexts(value, [...path, key], reading)]),
  )
}

function readParameters(json: JsonObject, path: DocumentPath, { report }: Reading): JsonObject {
  const parameters = json.parameters
  if (parameters === undefined) return {}
  if (isJsonObject(parameters)) return parameters
  report({ code: 'wrong-shape', message: '`parameters` must be a mapping', path: [...path, 'parameters'] })
  return {}
}

function readInputs(json: Json | undefined, path: DocumentPath, reading: Reading): Record<string, Source> {
  if (json === undefined || json === null) return {}
  if (isJsonObject(json))
    return Object.fromEntries(
      Object.entries(json).map(([port, value]) => [port, readSource(value, [...path, port], reading)]),
    )
  const message = '`inputs` must be a mapping from ports to what they are given'
  reading.report({ code: 'wrong-shape', message, path })
  return {}
}

function readInteger(json: JsonObject, key: string, path: DocumentPath, report: Report): number | undefined {
  const value = json[key]
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  const message = `\`${key}\` must be a whole number, not ${JSON.stringify(value)}`
  report({ code: 'wrong-shape', message, path: [...path, key] })
  return undefined
}
