import { posix } from 'node:path'
import type { FileValue, Value } from '../pipeline/value.ts'
import { pinFiles } from '../staging/pin-files.ts'
import type { RequestOptions } from '../transports/transport.ts'
import type { FoundOutput } from './find-output.ts'
import type { Host } from './host.ts'
import type { Output } from './job-spec.ts'

export interface NamedOutput {
  readonly name: string
  readonly output: Output
  readonly found: FoundOutput
}

/**
 * Keeps the outputs that stay on the machine there, hashed there; gives their values by name, which say where they are. None
 * where files do not travel: then nothing is won by it, and they are kept as all others.
 */
export async function stayingOutputs(
  { context: { transport, places }, folders }: Host,
  work: string,
  outputs: readonly NamedOutput[],
  request: RequestOptions,
): Promise<ReadonlyMap<string, Value>> {
  const staying = outputs.filter(({ output }) => 'stays' in output)
  if (places === undefined || transport.stream === undefined || staying.length === 0) return new Map()
  const paths = new Set(staying.flatMap(({ found }) => found.files.map(({ path }) => path)))
  const { kept, cache } = folders
  const pinned = await pinFiles({ transport, folder: work, kept, cache, request }, [...paths])
  const valueOf = (path: string): readonly FileValue[] => {
    const file = pinned.get(path)
    if (!file) return []
    const at = { kind: 'destination', destination: places.own, path: `${kept}/${file.digest}` } as const
    return [{ kind: 'file', name: posix.basename(path), ...file, at: { ...at, pinned: true } }]
  }
  return new Map(
    staying.map(({ name, output, found }) => {
      const values = found.files.flatMap(({ path }) => valueOf(path))
      return [name, output.kind === 'files' ? values : (values[0] ?? null)]
    }),
  )
}
