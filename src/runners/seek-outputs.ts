import type { ListedFile } from '../transports/transport.ts'
import { largestText, streamPath } from './fetch-output.ts'
import { findOutput } from './find-output.ts'
import type { Output } from './job-spec.ts'
import type { FetchAnswer, FetchQuestion } from './runner.ts'
import type { NamedOutput } from './staying-outputs.ts'

export interface Sought {
  readonly found: readonly NamedOutput[]
  readonly missing: FetchAnswer | undefined
}

/** Every declared output among what is in the work folder, or the names of all that are missing. */
export function seekOutputs(
  declared: FetchQuestion['spec']['outputs'],
  listed: readonly ListedFile[],
): Sought {
  const found = Object.entries(declared).map(([name, output]) => ({
    name,
    output,
    found: findOutput(output, listed),
  }))
  const lacking = found.flatMap(({ name, found: { missing: why } }) =>
    why === undefined ? [] : [{ name, why }],
  )
  if (lacking.length === 0) return { found, missing: undefined }
  const message = lacking.map(({ name, why }) => `output ${name}: ${why}`).join('; ')
  return { found, missing: { kind: 'missing', outputs: lacking.map(({ name }) => name), message } }
}

/** Texts travel as files do, so that they are verified as those are; one that is too large is told by its size. */
export function toBring(output: Output, files: readonly ListedFile[]): readonly ListedFile[] {
  if (output.kind === 'stream') return [{ path: streamPath(output.stream), kind: 'file', size: Infinity }]
  const isText = output.kind === 'text' || output.kind === 'json'
  const some = isText ? files.filter(({ size }) => size <= largestText) : files
  return some.filter(({ kind }) => kind !== 'folder')
}
