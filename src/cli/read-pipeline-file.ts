import { dirname, join, resolve } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { readText, statIfThere } from '../core/system/files.ts'
import { builtIn } from '../modules/built-in.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Problem } from '../pipeline/problem.ts'
import { checkDocument, readDocumentOrThrow, type DocumentContext } from '../pipeline/read-document.ts'

/** A pipeline's document as a command names it. `base` is its folder: relative paths in it start there. */
export interface PipelineFile {
  readonly pipeline: Pipeline
  readonly base: string
}

/**
 * Reads the pipeline of a document. Files that it names must be there, but for the defaults of inputs that are `given`.
 * @throws `invalid-pipeline` with every problem, each as `file:line:column`
 */
export async function readPipelineFile(
  file: string,
  types: readonly AnyModuleType[] = [],
  given: ReadonlySet<string> = new Set(),
): Promise<PipelineFile> {
  const context = { ...contextOf(file, types), given }
  const pipeline = await readDocumentOrThrow(await documentText(file), context)
  return { pipeline, base: dirname(resolve(file)) }
}

export async function checkPipelineFile(
  file: string,
  types: readonly AnyModuleType[] = [],
): Promise<readonly Problem[]> {
  return checkDocument(await documentText(file), contextOf(file, types))
}

async function documentText(file: string): Promise<string> {
  const found = await statIfThere(file)
  if (found === undefined)
    throw new AbeyanceError(
      'missing-file',
      `there is no file ${file}; check its name, relative to this folder`,
    )
  return readText(file)
}

function contextOf(file: string, types: readonly AnyModuleType[]): DocumentContext {
  const folder = dirname(resolve(file))
  return {
    catalog: new Map([...builtIn, ...types].map(({ type, kind }) => [type, kind])),
    file,
    readFile: (path) => readText(resolve(folder, path)),
    fileExists: async (path) => (await statIfThere(join(folder, path)))?.isFile() ?? false,
    async kindAt(path) {
      const found = await statIfThere(resolve(folder, path))
      return found && (found.isDirectory() ? 'folder' : 'file')
    },
  }
}
