import { modulePath } from '../../src/core/ids.ts'
import type { Execution } from '../../src/engine/execution.ts'
import type { Step } from '../../src/engine/plan.ts'
import type { Module, Pipeline, Source } from '../../src/pipeline/pipeline.ts'
import type { Value } from '../../src/pipeline/value.ts'
import type { Outcome } from '../../src/records/outcome.ts'

/** A pipeline out of modules; its outputs are every module's `out`. */
export function pipe(
  modules: readonly Module[],
  inputs: readonly string[] = [],
  outputs: readonly string[] = [],
): Pipeline {
  return {
    abeyance: 1,
    name: 'test',
    inputs: Object.fromEntries(inputs.map((name) => [name, { type: 'json' as const }])),
    modules,
    outputs: Object.fromEntries(outputs.map((id) => [id, { kind: 'output', module: id, port: 'out' }])),
  }
}

export function mod(
  id: string,
  type: string,
  inputs: Readonly<Record<string, Source | string | number | boolean>> = {},
  more: Partial<Module> = {},
): Module {
  const sources = Object.entries(inputs).map(([port, source]) => [
    port,
    typeof source === 'object' ? source : given(source),
  ])
  return { id, type, version: 1, parameters: {}, inputs: Object.fromEntries(sources), settings: {}, ...more }
}

export const given = (value: Value): Source => ({ kind: 'given', given: value as never })
export const from = (module: string, port = 'out'): Source => ({ kind: 'output', module, port })
export const input = (name: string): Source => ({ kind: 'input', input: name })
export const listed = (...sources: readonly Source[]): Source => ({ kind: 'list', sources })
export const overAll = (
  over: readonly string[],
  more: Partial<NonNullable<Module['map']>> = {},
): Partial<Module> => ({
  map: { over, as: 'zip', onElementFailure: 'fail', ...more },
})

export function outcomeOf(run: Execution, path: string): Outcome {
  const outcome = run.outcomes().get(modulePath(path))
  if (!outcome) throw new Error(`there is no module ${path}`)
  return outcome
}

/** `done computed`, `suspended`, `skipped condition`, `failed compute-failed`: enough for most assertions. */
export function brief(run: Execution, path: string): string {
  const outcome = outcomeOf(run, path)
  switch (outcome.kind) {
    case 'done':
      return `done ${outcome.by}`
    case 'skipped':
      return `skipped ${outcome.because} ${outcome.of}`
    case 'failed':
      return `failed ${outcome.error.code}`
    case 'waiting':
      return `waiting ${outcome.for.join(' ')}`.trim()
    default:
      return outcome.kind
  }
}

export function valueOf(run: Execution, path: string): Value | undefined {
  return run.graph.get(modulePath(path)).outputs?.['out']
}

/** What a plan says of each module. */
export function rows(steps: readonly Step[]): Readonly<Record<string, string>> {
  return Object.fromEntries(steps.map(({ module, step }) => [module, step]))
}
