import type { Value } from '../pipeline/value.ts'
import type { JobSpec, Output } from '../runners/job-spec.ts'
import type { FetchAnswer } from '../runners/runner.ts'

export interface KeptResults {
  readonly outputs: Readonly<Record<string, Value>>
  /** Why declared outputs are not among them, in words. */
  readonly without: readonly string[]
}

/**
 * What a job that was stopped has left of what it declared, asked for one by one: one that is missing keeps no other from
 * home. Half a JSON text, or one too large to be a value, is kept as the file that it is.
 */
export async function fetchKept(
  spec: JobSpec,
  ask: (spec: JobSpec) => Promise<FetchAnswer>,
): Promise<KeptResults> {
  const outputs: [string, Value][] = []
  const without: string[] = []
  const fetch = (name: string, output: Output) => ask({ ...spec, outputs: { [name]: output } })
  const declared = Object.entries(spec.outputs)
  if (declared.length === 0) await ask(spec) // its streams
  for (const [name, output] of declared) {
    let answer = await fetch(name, output)
    const asFile = answer.kind === 'refused' ? fileOf(output) : undefined
    if (asFile) answer = await fetch(name, asFile)
    const value = answer.kind === 'fetched' ? answer.outputs[name] : undefined
    if (value !== undefined && value !== null) outputs.push([name, value])
    else without.push(answer.kind === 'fetched' ? `output ${name}` : answer.message)
  }
  return { outputs: Object.fromEntries(outputs), without }
}

function fileOf(output: Output): Output | undefined {
  if (output.kind === 'text' || output.kind === 'json')
    return { kind: 'file', path: output.path, optional: false }
  return output.kind === 'stream' && output.as === 'text' ? { ...output, as: 'file' } : undefined
}
