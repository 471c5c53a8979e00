import { AbeyanceError } from '../core/error.ts'
import type { Resources } from '../pipeline/settings.ts'
import { checkDirectives, findDirectives, type Directive, type DirectiveTable } from './batch-directives.ts'
import { directiveTables } from './directive-tables.ts'
import type { Submission } from './runner.ts'

/**
 * A batch script as its scheduler is given it: what its own lines say goes among the flags, in place of what the destination would
 * give. What contradicts the module, or is meant for another scheduler, is `invalid-value`, naming the line. Other jobs are left as they are.
 */
export function applyDirectives(job: Submission, table: DirectiveTable | undefined): Submission {
  const { run, otherwise = {}, ...spec } = job.spec
  if (run.kind !== 'batch') return job
  const directives = table === undefined ? [] : checkDirectives(run.script, table)
  if (directives.length === 0) refuseForeign(job, run.script, table)
  const said = new Set(directives.flatMap(({ words }) => table?.says(words) ?? []))
  for (const directive of directives) refuseTwice(job, directive, table?.says(directive.words) ?? [])
  const { flags: before = [], ...others } = otherwise
  const usual: Resources = Object.fromEntries(Object.entries(others).filter(([name]) => !isIn(said, name)))
  const flags = [...before, ...(spec.resources.flags ?? []), ...directives.flatMap(({ words }) => words)]
  const resources = { ...usual, ...spec.resources, ...(flags.length > 0 && { flags }) }
  return { ...job, spec: { ...spec, run, resources } }
}

/** A module and its script may not both say the same: nobody could tell which counts. */
function refuseTwice(job: Submission, { line, text }: Directive, says: readonly (keyof Resources)[]): void {
  const { resources } = job.spec
  const twice = says.find((name) => resources[name] !== undefined)
  if (twice === undefined) return
  throw new AbeyanceError(
    'invalid-value',
    `line ${line} of the script of ${job.name}, \`${text}\`, says what \`resources: { ${twice}: ${String(resources[twice])} }\` of its module says: leave one of them out`,
  )
}

function refuseForeign(job: Submission, script: string, table: DirectiveTable | undefined): void {
  const here = table === undefined ? 'where there is no batch scheduler' : `to ${table.scheduler}`
  for (const other of directiveTables) {
    const [first] = other.prefix === table?.prefix ? [] : findDirectives(script, other)
    if (first === undefined) continue
    throw new AbeyanceError(
      'invalid-value',
      `line ${first.line} of the script of ${job.name}, \`${first.text}\`, is for ${other.scheduler}, and the job goes ${here}: choose a destination with ${other.scheduler}, or make it a \`script\` without such lines`,
    )
  }
}

function isIn(set: ReadonlySet<string>, name: string): boolean {
  return set.has(name)
}
