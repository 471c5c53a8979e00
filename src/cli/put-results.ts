import { join } from 'node:path'
import { isJsonObject, type Json } from '../core/json.ts'
import { makeFolder } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { referenceIn } from '../pipeline/read-source.ts'
import {
  isElementFailure,
  isFile,
  isFolder,
  type FileValue,
  type FolderValue,
  type Value,
} from '../pipeline/value.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'

/** What became of one output of a pipeline. */
export interface PutResult {
  readonly name: string
  /** For JSON: the path of a file, a list of such, or the value itself. */
  readonly answer: Value
  readonly paths: readonly string[]
}

/**
 * Puts what a pipeline gave under `results/<pipeline>/` beside its document, under base names. What a map gave is numbered
 * and carries the element's value; nothing is named by a digest. Putting it again gives the same names.
 */
export async function putResults(
  view: WorkspaceView,
  run: RunRecord,
  end: { readonly outputs: Readonly<Record<string, Value>> },
): Promise<readonly PutResult[]> {
  const folder = join(run.base, 'results', slug(run.name))
  return putOutputs(view, folder, { outputs: end.outputs, labelsOf: (output) => labels(run, output) })
}

/** Puts outputs into a folder, as results of a run are put. */
export async function putOutputs(
  view: WorkspaceView,
  folder: string,
  { outputs, labelsOf }: PutOptions,
): Promise<readonly PutResult[]> {
  const results: PutResult[] = []
  const taken = new Set<string>()
  for (const [name, value] of Object.entries(outputs)) {
    const placed = place(value, [], labelsOf(name))
    const paths: string[] = []
    for (const one of placed) paths.push(await put(view, { ...one, folder, output: name, taken }))
    if (placed.length === 0) paths.push(await putValue(folder, name, value))
    results.push({
      name,
      paths,
      answer: placed.length === 0 ? value : isFile(value) || isFolder(value) ? (paths[0] ?? null) : paths,
    })
  }
  return results
}

interface PutOptions {
  readonly outputs: Readonly<Record<string, Value>>
  /** What the elements of a list are called; none: they are numbered. */
  labelsOf(output: string): readonly string[]
}

interface Placed {
  readonly value: FileValue | FolderValue
  /** Where it stands in its lists, such as `01-EcoRI`. */
  readonly prefix: readonly string[]
}

/** Every file and folder in an output; those of lists with unlike names need no numbers. */
function place(value: Value, prefix: readonly string[], names: readonly string[]): readonly Placed[] {
  if (isFile(value) || isFolder(value)) return [{ value, prefix }]
  if (!isList(value)) return []
  const numbered = names.length > 0 || !haveOwnNames(value)
  const digits = String(value.length).length
  return value.flatMap((one, index) => {
    if (isElementFailure(one)) return []
    const number = String(index + 1).padStart(digits, '0')
    const label = names[index] === undefined ? number : `${number}-${names[index]}`
    return place(one, numbered ? [...prefix, label] : prefix, [])
  })
}

function haveOwnNames(list: readonly Value[]): boolean {
  const names = list.map((one) => (isFile(one) || isFolder(one) ? one.name : undefined))
  return !names.includes(undefined) && new Set(names).size === names.length
}

async function put(
  view: WorkspaceView,
  { value, prefix, folder, output, taken }: Placed & { folder: string; output: string; taken: Set<string> },
): Promise<string> {
  const usual = [...prefix, value.name].join('-')
  const name = taken.has(usual) ? `${output}-${usual}` : usual
  taken.add(name)
  const path = join(folder, name)
  await view.files.save(value, path)
  return path
}

async function putValue(folder: string, output: string, value: Value): Promise<string> {
  const path = join(folder, `${output}.json`)
  await makeFolder(folder)
  await publish(path, `${JSON.stringify(value, undefined, 2)}\n`)
  return path
}

/** What the elements of the map behind an output are called: by the values that the run or the document gives it. */
function labels({ pipeline, inputs }: RunRecord, output: string): readonly string[] {
  const source = referenceIn(textAt(pipeline, 'outputs', output) ?? '')
  if (source?.kind !== 'output') return []
  const module = ['modules', source.module]
  const over =
    textAt(pipeline, ...module, 'map', 'over', '0') ??
    textAt(pipeline, ...module, 'map', 'over') ??
    textAt(pipeline, ...module, 'map')
  const many = textAt(pipeline, ...module, 'map', 'over', '1') !== undefined
  if (over === undefined || many) return []
  const mapped = at(pipeline, ...module, 'inputs', over)
  const named = typeof mapped === 'string' ? referenceIn(mapped) : undefined
  const list = named?.kind === 'input' ? inputs[named.input] : mapped
  return list !== undefined && isList(list) ? list.map(label) : []
}

function label(value: Value): string {
  const text =
    isFile(value) || isFolder(value) ? value.name : typeof value === 'string' ? value : JSON.stringify(value)
  return text.replaceAll(/[^A-Za-z0-9._+-]+/g, '_').slice(0, 60)
}

function at(json: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = json
  for (const key of path) {
    if (Array.isArray(found)) found = found[Number(key)]
    else found = isJsonObject(found ?? null) && isJsonObject(found) ? found[key] : undefined
  }
  return found
}

function textAt(json: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = at(json, ...path)
  return typeof found === 'string' ? found : undefined
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'pipeline'
  )
}
