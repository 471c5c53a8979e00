import { basename, dirname, extname } from 'node:path/posix'
import { AbeyanceError, messageOf } from '../core/error.ts'
import type { ModuleCatalog } from './module-kind.ts'
import type { Pipeline } from './pipeline.ts'
import {
  renderProblem,
  type DocumentPath,
  type PathProblem,
  type Problem,
  type ProblemCode,
} from './problem.ts'

export interface DocumentContext {
  readonly catalog: ModuleCatalog
  /** The document's name, for messages and for a pipeline that does not say its own. */
  readonly file?: string
  /** The text of another document that a `group` names, by its path from this document's folder. */
  readonly readFile?: (path: string) => Promise<string>
  /** Whether a file lies at a path from this document's folder. */
  readonly fileExists?: (path: string) => Promise<boolean>
  /** What lies there. Where it is given, what the document names must be there, but for the defaults of inputs that are `given`. */
  readonly kindAt?: (path: string) => Promise<'file' | 'folder' | undefined>
  readonly given?: ReadonlySet<string>
}

export type ReadDocument =
  | { readonly kind: 'read'; readonly pipeline: Pipeline }
  | { readonly kind: 'wrong'; readonly problems: readonly [Problem, ...Problem[]] }

/** Reads a pipeline from YAML or JSON, or says all that is wrong with it, each with line and column (rule P3). */
export async function readDocument(text: string, context: DocumentContext): Promise<ReadDocument> {
  const { pipeline, problems } = await readSheet(text, context, { base: '', readers: [] })
  const [first, ...others] = problems
  if (first !== undefined) return { kind: 'wrong', problems: [first, ...others] }
  if (pipeline !== undefined) return { kind: 'read', pipeline }
  throw new AbeyanceError(
    'internal',
    `${context.file ?? 'the document'} gave neither a pipeline nor a problem`,
  )
}

/** All that is wrong with a document; nothing when it can be run. */
export async function checkDocument(text: string, context: DocumentContext): Promise<readonly Problem[]> {
  const read = await readDocument(text, context)
  return read.kind === 'wrong' ? read.problems : []
}

/**
 * The pipeline of a document.
 * @throws `invalid-pipeline` with all problems in its message and, as data, in `details.problems`; `newer-format` for a later format
 */
export async function readDocumentOrThrow(text: string, context: DocumentContext): Promise<Pipeline> {
  const read = await readDocument(text, context)
  if (read.kind === 'read') return read.pipeline
  const { problems } = read
  const code = problems.some((problem) => problem.code === 'newer-format')
    ? 'newer-format'
    : 'invalid-pipeline'
  throw new AbeyanceError(code, problems.map(renderProblem).join('\n'), { details: { problems } })
}

/** Where a document stands among those that it is a group of. */
interface Nesting {
  /** Its folder, from the outermost document's. */
  readonly base: string
  /** The documents that it is read for, outermost first: a document in itself would go on for ever. */
  readonly readers: readonly string[]
}

interface Sheet {
  readonly pipeline: Pipeline | undefined
  readonly problems: readonly Problem[]
}

async function readSheet(text: string, context: DocumentContext, nesting: Nesting): Promise<Sheet> {
  // Only who reads a document pays for loading yaml and zod.
  const [{ parseYaml }, { readPipelineJson }, { validate }, { groupPaths }, { undeclaredFiles }] =
    await Promise.all([
      import('./parse-yaml.ts'),
      import('./read-pipeline.ts'),
      import('./validate.ts'),
      import('./group-paths.ts'),
      import('./undeclared-files.ts'),
    ])
  const parsed = parseYaml(text)
  if (parsed.json === undefined) return { pipeline: undefined, problems: named(parsed.problems, context) }
  const shape: PathProblem[] = []
  const groups = new Map<string, Sheet>()
  for (const { path, at } of groupPaths(parsed.json))
    groups.set(path, groups.get(path) ?? (await readGroup(path, at, context, nesting, shape)))
  const pipeline = readPipelineJson(parsed.json, {
    report: (problem) => shape.push(problem),
    catalog: context.catalog,
    base: nesting.base,
    groupAt: (path) => groups.get(path)?.pipeline,
    textAt: parsed.textAt,
    ...(context.file !== undefined && { name: basename(context.file, extname(context.file)) }),
  })
  const later =
    pipeline === undefined
      ? []
      : [
          ...validate(pipeline, context.catalog, {
            checked: new Set([...groups.values()].map((group) => group.pipeline)),
          }),
          ...(await undeclaredFiles(pipeline, nesting.base, context.fileExists)),
          ...(await missing(pipeline, context, nesting)),
        ]
  const own = [...shape, ...later.filter(({ path }) => !shape.some((before) => isWithin(path, before.path)))]
  const problems = [
    ...parsed.problems,
    ...own.map(({ path, ...problem }): Problem => ({
      ...problem,
      ...parsed.locate(path, placeOf(problem.code)),
    })),
  ].sort((a, b) => a.line - b.line || a.column - b.column)
  return {
    pipeline,
    problems: [...named(problems, context), ...[...groups.values()].flatMap((group) => group.problems)],
  }
}

/** Asked of the outermost document, for all that is in it. */
async function missing(
  pipeline: Pipeline,
  { kindAt, given }: DocumentContext,
  { readers }: Nesting,
): Promise<readonly PathProblem[]> {
  if (kindAt === undefined || readers.length > 0) return []
  const { missingFiles } = await import('./named-files.ts')
  return missingFiles(pipeline, (input) => given?.has(input) ?? false, kindAt)
}

async function readGroup(
  path: string,
  at: DocumentPath,
  context: DocumentContext,
  nesting: Nesting,
  problems: PathProblem[],
): Promise<Sheet> {
  const { pathFrom } = await import('./read-source.ts')
  const place = pathFrom(nesting.base, path)
  const nothing: Sheet = { pipeline: undefined, problems: [] }
  const readers = [...nesting.readers, context.file ?? 'this document']
  if (readers.includes(place)) {
    problems.push({
      code: 'circle',
      message: `documents are groups of each other: ${[...readers, place].join(' -> ')}`,
      path: at,
    })
    return nothing
  }
  try {
    if (context.readFile === undefined) throw new Error('other documents cannot be read here')
    const text = await context.readFile(place)
    return await readSheet(text, { ...context, file: place }, { base: dirname(place), readers })
  } catch (error) {
    if (error instanceof AbeyanceError && error.code === 'internal') throw error
    const message = `the group \`${path}\` cannot be read: ${messageOf(error)}`
    problems.push({ code: 'missing-file', message, path: at })
    return nothing
  }
}

function named(problems: readonly Problem[], { file }: DocumentContext): readonly Problem[] {
  return file === undefined ? problems : problems.map((problem) => ({ ...problem, file }))
}

// What is said of a name is shown at the name.
function placeOf(code: ProblemCode): 'key' | 'value' {
  return ['unknown-key', 'bad-name', 'unknown-port', 'missing-input', 'list-in-script'].includes(code)
    ? 'key'
    : 'value'
}

// What follows from a part that could not be read is not said as well.
function isWithin(path: DocumentPath, outer: DocumentPath): boolean {
  return outer.every((key, index) => path[index] === key)
}
