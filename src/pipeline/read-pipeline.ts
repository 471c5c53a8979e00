import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { checkFormat } from './migrate.ts'
import type { ModuleCatalog } from './module-kind.ts'
import { didYouMean } from './nearest.ts'
import type { Given, OutputReference, Pipeline, PipelineInput } from './pipeline.ts'
import { plainTypes, type PortType } from './port-type.ts'
import type { DocumentPath, Report } from './problem.ts'
import { readModule, type Reading } from './read-module.ts'
import { fileNamed, readGiven, referenceIn } from './read-source.ts'

export interface PipelineReading {
  readonly report: Report
  readonly catalog: ModuleCatalog
  readonly base?: string
  /** Called where a `group` is the path of another document. */
  groupAt?(path: string, at: DocumentPath): Pipeline | undefined
  textAt?(path: DocumentPath): string | undefined
  /** The name of a pipeline that does not say one. */
  readonly name?: string
}

const keys = ['abeyance', 'name', 'inputs', 'modules', 'outputs']

/** A pipeline from its document as JSON. All that is wrong with its shape is reported; `undefined` when nothing could be read. */
export function readPipelineJson(
  json: Json,
  reading: PipelineReading,
  path: DocumentPath = [],
): Pipeline | undefined {
  if (!isJsonObject(json)) {
    const hint = 'with `abeyance: 1`, `name:`, `inputs:`, `modules:` and `outputs:`'
    reading.report({ code: 'wrong-shape', message: 'a pipeline must be a mapping', path, hint })
    return undefined
  }
  if (!checkFormat(json, path, reading.report)) return undefined
  for (const key of Object.keys(json))
    if (!keys.includes(key))
      reading.report({
        code: 'unknown-key',
        message: `a pipeline has no key \`${key}\`${didYouMean(key, keys)}`,
        path: [...path, key],
      })
  const inner = innerReading(reading)
  return {
    abeyance: 1,
    name: readName(json, path, reading),
    inputs: fromEntries(json, 'inputs', path, reading.report, (value, at) => readInput(value, at, inner)),
    modules: entriesOf(json, 'modules', path, reading.report).map(([id, module]) =>
      readModule(id, module, [...path, 'modules', id], inner),
    ),
    outputs: fromEntries(json, 'outputs', path, reading.report, (value, at) =>
      readOutput(value, at, reading.report),
    ),
  }
}

function innerReading(reading: PipelineReading): Reading {
  return {
    report: reading.report,
    catalog: reading.catalog,
    base: reading.base ?? '',
    textAt: (path) => reading.textAt?.(path),
    readGroup: (json, path) =>
      typeof json === 'string' ? reading.groupAt?.(json, path) : readPipelineJson(json, reading, path),
  }
}

function readName(json: JsonObject, path: DocumentPath, reading: PipelineReading): string {
  if (typeof json.name === 'string') return json.name
  if (json.name !== undefined)
    reading.report({
      code: 'wrong-shape',
      message: `a pipeline's \`name\` must be a text`,
      path: [...path, 'name'],
    })
  return reading.name ?? String(path.at(-2) ?? 'pipeline')
}

function readInput(json: Json, path: DocumentPath, reading: Reading): PipelineInput {
  if (!isJsonObject(json)) return { type: readType(json, path, reading.report) }
  const allowed = ['type', 'default', 'optional']
  for (const key of Object.keys(json))
    if (!allowed.includes(key))
      reading.report({
        code: 'unknown-key',
        message: `an input has no key \`${key}\`${didYouMean(key, allowed)}`,
        path: [...path, key],
      })
  const type = readType(json.type, [...path, 'type'], reading.report)
  if (json.optional !== undefined && typeof json.optional !== 'boolean')
    reading.report({
      code: 'wrong-shape',
      message: '`optional` is true or false',
      path: [...path, 'optional'],
    })
  return {
    type,
    ...(json.default !== undefined && {
      default: readDefault(json.default, type, [...path, 'default'], reading),
    }),
    ...(json.optional === true && { optional: true }),
  }
}

// A text given to a file is the file's path, as people write it.
function readDefault(json: Json, type: PortType, path: DocumentPath, reading: Reading): Given {
  if (typeof json === 'string' && (type === 'file' || type === 'folder'))
    return type === 'file' ? fileNamed(json, reading.base) : readGiven({ folder: json }, path, reading)
  if (Array.isArray(json) && typeof type !== 'string')
    return json.map((one: Json, index) => readDefault(one, type[0], [...path, index], reading))
  return readGiven(json, path, reading)
}

function readType(json: Json | undefined, path: DocumentPath, report: Report): PortType {
  if (Array.isArray(json) && json.length === 1 && json[0] !== undefined)
    return [readType(json[0], [...path, 0], report)]
  const plain = plainTypes.find((type) => type === json)
  if (plain !== undefined) return plain
  const near = typeof json === 'string' ? didYouMean(json, plainTypes) : ''
  const shown = json === undefined ? 'missing' : `not ${JSON.stringify(json)}`
  report({
    code: 'wrong-shape',
    message: `the type of an input is one of ${plainTypes.join(', ')}, or a list such as [file]; it is ${shown}${near}`,
    path,
  })
  return 'json'
}

function readOutput(json: Json, path: DocumentPath, report: Report): OutputReference {
  const source = typeof json === 'string' ? referenceIn(json) : undefined
  if (source?.kind === 'output') return source
  const message = `an output of a pipeline is an output of a module, written \`$module.port\`, not ${JSON.stringify(json)}`
  report({ code: 'wrong-shape', message, path })
  return { kind: 'output', module: '', port: '' }
}

function fromEntries<T>(
  json: JsonObject,
  key: string,
  path: DocumentPath,
  report: Report,
  read: (value: Json, path: DocumentPath) => T,
): Record<string, T> {
  return Object.fromEntries(
    entriesOf(json, key, path, report).map(([name, value]) => [name, read(value, [...path, key, name])]),
  )
}

function entriesOf(json: JsonObject, key: string, path: DocumentPath, report: Report): [string, Json][] {
  const value = json[key]
  if (value === undefined || value === null) return []
  if (isJsonObject(value)) return Object.entries(value)
  report({ code: 'wrong-shape', message: `\`${key}\` must be a mapping from names`, path: [...path, key] })
  return []
}
