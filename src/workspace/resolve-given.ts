import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import {
  given,
  type FileReference,
  type FolderReference,
  type Given,
  type Pipeline,
} from '../pipeline/pipeline.ts'
import { namedFiles } from '../pipeline/named-files.ts'
import type { Value } from '../pipeline/value.ts'
import { valueOf, type Looking } from '../signatures/file-values.ts'

/** Every file and folder that a pipeline names, by its reference: looked at once, when a run begins; not defaults of what is given. */
export async function resolveFiles(
  pipeline: Pipeline,
  isGiven: (input: string) => boolean,
  looking: Looking,
): Promise<Readonly<Record<string, Value>>> {
  const files: Record<string, Value> = {}
  for (const { reference, what } of namedFiles(pipeline, isGiven)) {
    const key = keyOf(reference)
    files[key] ??= await lookedAt(what, () => valueOf(reference, looking))
  }
  return files
}

/** A file that is not there is told with what it was to be. */
export async function lookedAt<T>(what: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!isAbeyanceError(error) || error.code === 'changed-file') throw error
    const more = { cause: error, details: error.details }
    throw new AbeyanceError(error.code, `${what}: ${error.message}`, more)
  }
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

function isReference(what: unknown): what is Reference {
  return typeof what === 'object' && what !== null && given in what
}

function isList(what: Given | undefined): what is readonly Given[] {
  return Array.isArray(what)
}
