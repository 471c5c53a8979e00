import { AbeyanceError } from '../core/error.ts'
import { checkModule, portsOf, type KindOf } from './check-module.ts'
import { checkSource, type Level } from './check-source.ts'
import { faultOfGiven } from './fits.ts'
import type { ModuleCatalog } from './module-kind.ts'
import { faultOfModuleId, faultOfPortName } from './names.ts'
import { findCircle, orderModules } from './order-modules.ts'
import type { Pipeline } from './pipeline.ts'
import type { DocumentPath, PathProblem } from './problem.ts'

export interface ValidateOptions {
  /** Groups that were checked where they come from: read from a document of their own, or built. */
  readonly checked?: ReadonlySet<Pipeline | undefined>
}

/** All that is wrong with a pipeline (rule P3), each at its place in the pipeline's document. Linear in the number of modules. */
export function validate(
  pipeline: Pipeline,
  catalog: ModuleCatalog,
  options: ValidateOptions = {},
  path: DocumentPath = [],
): readonly PathProblem[] {
  const problems: PathProblem[] = []
  checkLevel(pipeline, (module) => catalog.get(module.type), [...catalog.keys()], path, problems)
  for (const { id, group } of pipeline.modules)
    if (group !== undefined && options.checked?.has(group) !== true)
      for (const problem of validate(group, catalog, options, [...path, 'modules', id, 'group']))
        problems.push(problem)
  return problems
}

/** For the builder, which knows the kind of each module, and whose groups were built before. */
export function assertValid(pipeline: Pipeline, kindOf: KindOf): void {
  const problems: PathProblem[] = []
  checkLevel(pipeline, kindOf, [], [], problems)
  if (problems.length === 0) return
  const lines = problems.map(
    ({ message, hint, path }) => `${path.join('.')}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  )
  throw new AbeyanceError(
    'invalid-pipeline',
    `pipeline \`${pipeline.name}\` is wrong:\n${lines.join('\n')}`,
    {
      details: { problems },
    },
  )
}

function checkLevel(
  pipeline: Pipeline,
  kindOf: KindOf,
  types: readonly string[],
  path: DocumentPath,
  problems: PathProblem[],
): void {
  const report = (problem: PathProblem) => void problems.push(problem)
  const level: Level = {
    pipeline,
    path,
    report,
    modules: new Map(
      pipeline.modules.map((module) => [module.id, { module, ports: portsOf(module, kindOf) }]),
    ),
  }
  checkInputs(level)
  checkIds(level)
  for (const module of pipeline.modules) checkModule(module, kindOf(module), types, level)
  checkCircle(level)
  for (const [port, output] of Object.entries(pipeline.outputs)) {
    const at = [...path, 'outputs', port]
    checkName(`the output \`${port}\``, faultOfPortName(port), at, level)
    checkSource(output, undefined, at, level)
  }
}

function checkInputs(level: Level): void {
  for (const [port, input] of Object.entries(level.pipeline.inputs)) {
    const at = [...level.path, 'inputs', port]
    checkName(`the input \`${port}\``, faultOfPortName(port), at, level)
    const fault = input.default === undefined ? undefined : faultOfGiven(input.default, input.type)
    if (fault !== undefined)
      level.report({
        code: 'wrong-type',
        message: `the default of \`${port}\` ${fault}`,
        path: [...at, 'default'],
      })
  }
}

function checkIds(level: Level): void {
  const seen = new Set<string>()
  for (const { id } of level.pipeline.modules) {
    const path = [...level.path, 'modules', id]
    checkName(`the module \`${id}\``, faultOfModuleId(id), path, level)
    if (seen.has(id))
      level.report({
        code: 'duplicate',
        message: `there are two modules \`${id}\``,
        path,
        hint: 'rename one of them',
      })
    seen.add(id)
  }
}

function checkCircle(level: Level): void {
  const { stuck } = orderModules(level.pipeline.modules)
  if (stuck.length === 0) return
  const circle = findCircle(stuck)
  level.report({
    code: 'circle',
    message: `modules wait for each other in a circle: ${circle.join(' -> ')}`,
    path: [...level.path, 'modules', circle[0] ?? ''],
    hint: 'take one of these connections out',
  })
}

function checkName(what: string, fault: string | undefined, path: DocumentPath, level: Level): void {
  if (fault !== undefined) level.report({ code: 'bad-name', message: `${what} ${fault}`, path })
}
