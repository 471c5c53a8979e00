import { dirname, join, resolve } from 'node:path'
import { readText, statIfThere } from '../core/system/files.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import { inFolder, type Pipeline } from '../pipeline/pipeline.ts'
import type { Problem } from '../pipeline/problem.ts'
import type { DocumentContext } from '../pipeline/read-document.ts'
import { catalogOf } from './known-types.ts'

export interface DocumentOptions {
  /** Types with code of their own that the document names. */
  readonly modules?: readonly AnyModuleType[]
  /** The document's path: for messages, and where relative paths in it start. */
  readonly file?: string
}

/** Reads a pipeline's document, YAML or JSON; files that it names are beside it. `invalid-pipeline` carries all problems, each with its place. */
export async function readPipeline(
  path: string,
  options: Omit<DocumentOptions, 'file'> = {},
): Promise<Pipeline> {
  const { readDocumentOrThrow } = await import('../pipeline/read-document.ts')
  const pipeline = await readDocumentOrThrow(await readText(path), contextOf({ ...options, file: path }))
  return inFolder(pipeline, dirname(resolve(path)))
}

/** All that is wrong with a document; nothing is run. */
export async function checkDocument(
  text: string,
  options: DocumentOptions = {},
): Promise<readonly Problem[]> {
  const { checkDocument: check } = await import('../pipeline/read-document.ts')
  const { file } = options
  const context = contextOf(options)
  return check(text, file === undefined ? context : { ...context, kindAt: (path) => kindAt(file, path) })
}

/** The document of a pipeline: reading it gives the pipeline back. */
export async function toDocument(pipeline: Pipeline, as: 'yaml' | 'json'): Promise<string> {
  const { toDocument: write } = await import('../pipeline/write-document.ts')
  return write(pipeline, as)
}

async function kindAt(file: string, path: string): Promise<'file' | 'folder' | undefined> {
  const found = await statIfThere(resolve(dirname(file), path))
  return found && (found.isDirectory() ? 'folder' : 'file')
}

function contextOf({ modules = [], file }: DocumentOptions): DocumentContext {
  const catalog = catalogOf({ modules })
  if (file === undefined) return { catalog }
  const folder = dirname(resolve(file))
  return {
    catalog,
    file,
    readFile: (path) => readText(join(folder, path)),
    fileExists: async (path) => (await statIfThere(join(folder, path)))?.isFile() ?? false,
  }
}
