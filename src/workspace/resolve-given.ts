import { AbeyanceError } from '../core/error.ts'
import {
  given,
  type FileReference,
  type FolderReference,
  type Given,
  type Pipeline,
  type Source,
} from '../pipeline/pipeline.ts'
import type { Value } from '../pipeline/value.ts'
import { valueOf, type Looking } from '../signatures/file-values.ts'

/** Every file and folder that a pipeline names, by its reference: looked at once, when a run begins. */
export async function resolveFiles(
  pipeline: Pipeline,
  looking: Looking,
): Promise<Readonly<Record<string, Value>>> {
  const files: Record<string, Value> = {}
  for (const reference of references(pipeline)) {
    const key = keyOf(reference)
    files[key] ??= await valueOf(reference, looking)
  }
  return files
}

/** The value of what stands in a pipeline, with its files as they were when the run began. */
export function resolver(files: Readonly<Record<string, Value>>): (what: Given) => Value {
  const resolve = (what: Given): Value => {
    if (isReference(what)) {
      const value = files[keyOf(what)]
      if (value === undefined)
        throw new AbeyanceError('internal', `${keyOf(what)} was not looked at when the run began`)
      return value
    }
    return isList(what) ? what.map(resolve) : what
  }
  return resolve
}

type Reference = FileReference | FolderReference

function keyOf(reference: Reference): string {
  const { at, sign } = reference
  const what = 'file' in reference ? { file: reference.file } : { folder: reference.folder }
  return JSON.stringify({ ...what, at, sign })
}

function references(pipeline: Pipeline): readonly Reference[] {
  const found: Reference[] = []
  const open: Pipeline[] = [pipeline]
  const look = (what: Given | undefined): void => {
    if (isReference(what)) found.push(what)
    else if (isList(what)) what.forEach(look)
  }
  const walk = (source: Source): void => {
    if (source.kind === 'given') look(source.given)
    if (source.kind === 'list') source.sources.forEach(walk)
  }
  for (let next = open.pop(); next; next = open.pop()) {
    for (const input of Object.values(next.inputs)) look(input.default)
    for (const module of next.modules) {
      Object.values(module.inputs).forEach(walk)
      if (module.when) walk(module.when)
      if (module.group) open.push(module.group)
    }
  }
  return found
}

function isReference(what: unknown): what is Reference {
  return typeof what === 'object' && what !== null && given in what
}

function isList(what: Given | undefined): what is readonly Given[] {
  return Array.isArray(what)
}
