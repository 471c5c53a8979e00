import type { FileReference, FolderReference, Given, Pipeline, Source } from './pipeline.ts'
import { given } from './pipeline.ts'
import type { DocumentPath, PathProblem } from './problem.ts'

/** A file or folder that a pipeline names, and what for. */
export interface NamedFile {
  readonly reference: FileReference | FolderReference
  readonly at: DocumentPath
  /** Such as "the default of input `genome`". */
  readonly what: string
  /** The input of the whole pipeline whose default it is: a run may give another. */
  readonly input?: string
}

/** Every file and folder that a run needs, in groups too; not the defaults of inputs that it is `given`. */
export function namedFiles(pipeline: Pipeline, isGiven: (input: string) => boolean): readonly NamedFile[] {
  const defaults = Object.entries(pipeline.inputs).flatMap(([name, input]) =>
    input.default === undefined || isGiven(name)
      ? []
      : inGiven(input.default, {
          at: ['inputs', name, 'default'],
          what: `the default of input \`${name}\``,
          input: name,
        }),
  )
  return [...defaults, ...ofModules(pipeline, [], '')]
}

/** The named files that are not there, or are folders for files, so that no run without other inputs could begin. */
export async function missingFiles(
  pipeline: Pipeline,
  isGiven: (input: string) => boolean,
  kindAt: (path: string) => Promise<'file' | 'folder' | undefined>,
): Promise<readonly PathProblem[]> {
  const problems: PathProblem[] = []
  for (const { reference, at, what, input } of namedFiles(pipeline, isGiven)) {
    if (reference.at !== undefined) continue // on another machine
    const wanted = 'file' in reference ? 'file' : 'folder'
    const path = 'file' in reference ? reference.file : reference.folder
    const found = await kindAt(path)
    if (found === wanted) continue
    problems.push({
      code: 'missing-file',
      message: `${what} is \`${path}\`, ${found === undefined ? 'which is not there' : `which is a ${found} and no ${wanted}`}`,
      path: at,
      hint: `put the ${wanted} there, or ${input === undefined ? 'name another' : `give another: --input ${input}=PATH`}`,
    })
  }
  return problems
}

type Named = Omit<NamedFile, 'reference'>

function ofModules(pipeline: Pipeline, around: DocumentPath, path: string): readonly NamedFile[] {
  return pipeline.modules.flatMap((module) => {
    const at = [...around, 'modules', module.id]
    const here = `${path}${module.id}`
    const own = Object.entries(module.inputs).flatMap(([port, source]) =>
      inSource(source, { at: [...at, 'inputs', port], what: `the input \`${port}\` of \`${here}\`` }),
    )
    const when = module.when
      ? inSource(module.when, { at: [...at, 'when'], what: `the condition of \`${here}\`` })
      : []
    if (!module.group) return [...own, ...when]
    const inner = [...at, 'group']
    const defaults = Object.entries(module.group.inputs).flatMap(([name, input]) =>
      input.default === undefined
        ? []
        : inGiven(input.default, {
            at: [...inner, 'inputs', name, 'default'],
            what: `the default of input \`${name}\` of \`${here}\``,
          }),
    )
    return [...own, ...when, ...defaults, ...ofModules(module.group, inner, `${here}/`)]
  })
}

function inSource(source: Source, named: Named): readonly NamedFile[] {
  if (source.kind === 'given') return inGiven(source.given, named)
  if (source.kind !== 'list') return []
  return source.sources.flatMap((one, index) => inSource(one, { ...named, at: [...named.at, index] }))
}

function inGiven(what: Given, named: Named): readonly NamedFile[] {
  if (isReference(what)) return [{ reference: what, ...named }]
  if (!isList(what)) return []
  return what.flatMap((one, index) => inGiven(one, { ...named, at: [...named.at, index] }))
}

function isReference(what: Given): what is FileReference | FolderReference {
  return typeof what === 'object' && what !== null && given in what
}

function isList(what: Given): what is readonly Given[] {
  return Array.isArray(what)
}
