import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { isJsonObject, parseJson, type Json, type JsonObject } from '../core/json.ts'
import { readText } from '../core/system/files.ts'
import { faultOfGiven, renderType } from '../pipeline/fits.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { given, type Given, type Pipeline, type PipelineInput } from '../pipeline/pipeline.ts'
import type { PortType } from '../pipeline/port-type.ts'
import { renderProblem } from '../pipeline/problem.ts'

export interface InputWords {
  /** `name=value`, as often as given; later ones of a list are added to it. */
  readonly input?: readonly string[]
  /** A YAML or JSON file that maps names to values. */
  readonly inputFile?: string
}

/**
 * What a run is given, each value in its input's type. Files are relative to the current folder, in an input file to that
 * file's folder.
 * @throws `usage` for an unknown or missing name, a value of another type, a pattern that no file matches
 */
export async function parseInputs(
  pipeline: Pipeline,
  { input = [], inputFile }: InputWords,
): Promise<Readonly<Record<string, Given>>> {
  const inputs: Record<string, Given> =
    inputFile === undefined ? {} : await readInputFile(pipeline, inputFile)
  for (const [name, texts] of grouped(input)) {
    const { type } = inputOf(pipeline, name)
    inputs[name] = checked(name, type, await valueOf(name, type, texts))
  }
  const missing = Object.entries(pipeline.inputs).flatMap(([name, { default: usual, optional, type }]) =>
    name in inputs || usual !== undefined || optional ? [] : [`--input ${name}=... (${renderType(type)})`],
  )
  if (missing.length > 0)
    throw new AbeyanceError('usage', `\`${pipeline.name}\` needs to be given ${missing.join(', ')}`)
  return inputs
}

/** The names that these words give something, whether or not the pipeline has such inputs. */
export async function givenNames({ input = [], inputFile }: InputWords): Promise<ReadonlySet<string>> {
  const named = input.map((word) => word.slice(0, Math.max(0, word.indexOf('='))))
  return new Set([...named, ...(inputFile === undefined ? [] : Object.keys(await jsonIn(inputFile)))])
}

function grouped(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>()
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1)
      throw new AbeyanceError('usage', `\`--input ${word}\` has no name; write it as --input name=value`)
    const name = word.slice(0, at)
    groups.set(name, [...(groups.get(name) ?? []), word.slice(at + 1)])
  }
  return groups
}

function inputOf(pipeline: Pipeline, name: string): PipelineInput {
  const input = Object.hasOwn(pipeline.inputs, name) ? pipeline.inputs[name] : undefined
  if (input !== undefined) return input
  const known = Object.keys(pipeline.inputs)
  const has = known.length === 0 ? '; it has none' : `; it has ${known.join(', ')}`
  throw new AbeyanceError(
    'usage',
    `\`${pipeline.name}\` has no input \`${name}\`${didYouMean(name, known) || has}`,
  )
}

async function valueOf(name: string, type: PortType, texts: readonly string[]): Promise<Given> {
  if (typeof type !== 'string') {
    const lists = await Promise.all(texts.map((text) => listOf(name, type[0], text)))
    return lists.flat()
  }
  const [text = '', ...others] = texts
  if (others.length > 0)
    throw new AbeyanceError('usage', `--input ${name} is given ${texts.length} times, but takes one ${type}`)
  return scalarOf(name, type, text)
}

/** A JSON list, files by pattern, or words with commas between. */
async function listOf(name: string, of: PortType, text: string): Promise<readonly Given[]> {
  if (text.startsWith('[')) {
    const json = parsed(name, text)
    return Array.isArray(json) ? json.map((one: Json) => givenOf(one, of, process.cwd())) : []
  }
  if (of === 'file') return filesOf(name, text)
  if (typeof of !== 'string' || of === 'json')
    throw new AbeyanceError(
      'usage',
      `--input ${name} is a list of ${renderType(of)}: write it as JSON, [...]`,
    )
  return text.split(',').map((word) => scalarOf(name, of, word.trim()))
}

async function filesOf(name: string, pattern: string): Promise<readonly Given[]> {
  const { glob, isDynamicPattern } = await import('tinyglobby')
  if (!isDynamicPattern(pattern)) return [named('file', resolve(pattern))]
  const found = await glob(pattern, { absolute: true, expandDirectories: false })
  if (found.length === 0)
    throw new AbeyanceError('usage', `--input ${name}: no file matches ${pattern} (in ${process.cwd()})`)
  return found.toSorted().map((path) => named('file', path))
}

function scalarOf(name: string, type: PortType, text: string): Given {
  switch (type) {
    case 'file':
    case 'folder':
      return named(type, resolve(text))
    case 'string':
      return text
    case 'json':
      return parsed(name, text)
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text
    case 'number':
    case 'integer':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    default:
      return parsed(name, text)
  }
}

function parsed(name: string, text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new AbeyanceError('usage', `--input ${name}: \`${text}\` is no JSON: ${messageOf(error)}`)
  }
}

function checked(name: string, type: PortType, value: Given): Given {
  const fault = faultOfGiven(value, type)
  if (fault === undefined) return value
  throw new AbeyanceError('usage', `--input ${name} ${fault}; it is of the type ${renderType(type)}`)
}

async function readInputFile(pipeline: Pipeline, path: string): Promise<Record<string, Given>> {
  return Object.fromEntries(
    Object.entries(await jsonIn(path)).map(([name, value]) => {
      const { type } = inputOf(pipeline, name)
      return [name, checked(name, type, givenOf(value, type, dirname(resolve(path))))]
    }),
  )
}

async function jsonIn(path: string): Promise<JsonObject> {
  const { parseYaml } = await import('../pipeline/parse-yaml.ts')
  const { json, problems } = parseYaml(await readText(path))
  const [problem] = problems
  if (problem) throw new AbeyanceError('usage', renderProblem({ ...problem, file: path }))
  if (!isJsonObject(json ?? null) || json === undefined || !isJsonObject(json))
    throw new AbeyanceError('usage', `${basename(path)} must map the names of inputs to their values`)
  return json
}

/** JSON that a person wrote for an input of this type: where a file is wanted, a text is its path. */
function givenOf(json: Json, type: PortType, folder: string): Given {
  if (typeof type !== 'string')
    return Array.isArray(json) ? json.map((one: Json) => givenOf(one, type[0], folder)) : json
  if (type !== 'file' && type !== 'folder') return json
  const path = isJsonObject(json) && Object.keys(json).length === 1 ? json[type] : json
  return typeof path === 'string' ? named(type, isAbsolute(path) ? path : join(folder, path)) : json
}

function named(kind: 'file' | 'folder', path: string): Given {
  return kind === 'file' ? { file: path, [given]: true } : { folder: path, [given]: true }
}
