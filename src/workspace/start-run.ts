import { v7 } from 'uuid'
import { AbeyanceError } from '../core/error.ts'
import { runId } from '../core/ids.ts'
import { toDocumentJson } from '../pipeline/document-json.ts'
import { faultOfGiven } from '../pipeline/fits.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { folder as documentFolder, type Given, type Pipeline } from '../pipeline/pipeline.ts'
import { validate } from '../pipeline/validate.ts'
import { isFile, isFolder, type Value } from '../pipeline/value.ts'
import type { RunRecord } from '../records/run-record.ts'
import { digestValue } from '../signatures/digest-value.ts'
import { valueOf } from '../signatures/file-values.ts'
import type { Planning } from './interior.ts'
import { refuseForged } from './refuse-forged.ts'
import { lookedAt, resolveFiles } from './resolve-given.ts'
import type { StartOptions } from './workspace.ts'

/** The record of a run that is about to begin: everything given is checked, every file looked at. Nothing is written yet. */
export async function newRun(
  interior: Planning,
  pipeline: Pipeline,
  options: StartOptions,
): Promise<RunRecord> {
  const { memo, catalog, clock, folder, far } = interior
  assertValid(pipeline, interior)
  const looking = { base: options.base ?? pipeline[documentFolder] ?? folder, memo, wayTo: far.wayTo }
  for (const [name, what] of Object.entries(options.inputs ?? {})) await refuseForged(interior, name, what)
  const inputs = await inputValues(pipeline, options.inputs ?? {}, (what) => valueOf(what, looking))
  const isGiven = (name: string) => (options.inputs?.[name] ?? undefined) !== undefined
  const files = await resolveFiles(pipeline, isGiven, looking)
  await memo.save()
  return {
    id: runId(v7({ msecs: clock.now() })),
    name: pipeline.name,
    ...(options.key === undefined ? {} : { key: options.key }),
    pipeline: toDocumentJson(pipeline, { catalog }),
    inputs,
    files,
    targets: options.targets ?? [],
    fresh: options.fresh ?? [],
    onFailure: options.onFailure ?? 'continue',
    resume: options.resume ?? 'auto',
    destinations: options.destinations ?? {},
    ...(options.notify && { notify: options.notify }),
    base: looking.base,
    state: 'open',
    startedAt: clock.now(),
  }
}

/** Whether going on with an open run does what another would: the same work, and afresh what that would do afresh. */
export function doesTheSame(open: RunRecord, asked: RunRecord): boolean {
  return asked.fresh.every((module) => open.fresh.includes(module)) && identityOf(open) === identityOf(asked)
}

/** What tells runs of different work apart: pipeline, inputs, files, part. */
function identityOf(run: RunRecord): string {
  return digestValue([run.pipeline, valueList(run.inputs), valueList(run.files), run.targets])
}

/** What of a second run under the same key is not as in the first, in words; undefined when nothing is. */
export function differenceOf(run: RunRecord, other: RunRecord): string | undefined {
  const differs = (one: Value, another: Value) => digestValue(one) !== digestValue(another)
  if (differs(run.pipeline, other.pipeline)) return 'the pipeline'
  const names = Object.keys({ ...run.inputs, ...other.inputs })
  const input = names.find((name) => differs(run.inputs[name] ?? null, other.inputs[name] ?? null))
  if (input !== undefined) return `the input \`${input}\``
  if (differs(run.targets, other.targets)) return 'the choice of targets'
  if (!differs(valueList(run.files), valueList(other.files))) return undefined
  const file = Object.keys(other.files).find((key) =>
    differs(run.files[key] ?? null, other.files[key] ?? null),
  )
  return `the content of ${nameOf(other.files[file ?? '']) ?? 'a file that the pipeline names'}`
}

function nameOf(value: Value | undefined): string | undefined {
  return isFile(value) || isFolder(value) ? value.name : undefined
}

function assertValid(pipeline: Pipeline, { catalog }: Planning): void {
  const problems = validate(pipeline, catalog)
  if (problems.length === 0) return
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path.join('.')}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  )
  throw new AbeyanceError(
    'invalid-pipeline',
    `pipeline \`${pipeline.name}\` cannot run:\n${lines.join('\n')}`,
    { details: { problems } },
  )
}

async function inputValues(
  pipeline: Pipeline,
  given: Readonly<Record<string, Given>>,
  look: (what: Given) => Promise<Value>,
): Promise<Record<string, Value>> {
  const names = Object.keys(pipeline.inputs)
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    throw new AbeyanceError(
      'invalid-value',
      `pipeline \`${pipeline.name}\` has no input \`${name}\`${didYouMean(name, names)}`,
    )
  }
  const values: Record<string, Value> = {}
  for (const [name, input] of Object.entries(pipeline.inputs)) {
    const what = given[name] ?? input.default
    if (what === undefined && input.optional) continue
    if (what === undefined)
      throw new AbeyanceError(
        'invalid-value',
        `pipeline \`${pipeline.name}\` needs its input \`${name}\`; give it a value, or a default in the pipeline`,
      )
    const fault = faultOfGiven(what, input.type)
    if (fault !== undefined)
      throw new AbeyanceError('invalid-value', `input \`${name}\` of pipeline \`${pipeline.name}\` ${fault}`)
    values[name] = await lookedAt(`input \`${name}\` of pipeline \`${pipeline.name}\``, () => look(what))
  }
  return values
}

function valueList(values: Readonly<Record<string, Value>>): Value {
  return Object.entries(values)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [name, value])
}
