import type { Digest } from '../core/ids.ts'
import { digestFile } from '../signatures/digest-file.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { changed } from './content.ts'
import { gatherInputs, type GatheredFile } from './gather-inputs.ts'
import { fillCache } from './host-cache.ts'
import { makeLinks } from './make-links.ts'
import type { ObjectStore } from './object-store.ts'
import type { StagedInput } from './staged-input.ts'

export interface Staging {
  readonly transport: Transport
  readonly objects: ObjectStore
  /** The `inputs` folder of the attempt, on the machine where it runs. */
  readonly folder: string
  /** The folder there in which everything that was sent is kept by its content. */
  readonly cache: string
  /** What is in the cache is read again before it is used: an attempt before may have failed for its sake. */
  readonly doubt?: boolean
  readonly request: RequestOptions
}

/** A file that was staged, with the SHA-256 that was signed; `path` is relative to the `inputs` folder. */
export interface StagedFile {
  readonly path: string
  readonly digest: Digest
}

/**
 * Puts everything a job needs where it will look for it, and says what must be there when it starts. Safe to repeat, and to be
 * cut anywhere. Where files travel, each content is sent to a machine once, and found right there before anything uses it. A
 * source that is not what was signed any more is `changed-file`, one that is gone `missing-file`; both name it.
 */
export async function stageInputs(
  staging: Staging,
  inputs: readonly StagedInput[],
): Promise<readonly StagedFile[]> {
  const { files, links } = await gatherInputs(staging.objects, inputs)
  const { stream } = staging.transport
  if (stream) {
    await fillCache(
      { ...staging, transport: { ...staging.transport, stream }, folder: staging.cache },
      files,
      staging.doubt,
    )
    const taken = files.map(({ path, digest }) => ({ path, content: digest }))
    await makeLinks(staging, [...links, ...taken])
  } else {
    for (const file of files) await put(staging, file)
    await makeLinks(staging, links)
  }
  return files.filter(({ kind }) => kind !== 'text').map(({ path, digest }) => ({ path, digest }))
}

/** Where nothing travels, a link will do; a file of the user's is copied, so that no job writes to it. */
async function put({ transport, folder, request }: Staging, file: GatheredFile): Promise<void> {
  const { path, digest, from, kind } = file
  if ('path' in from && kind === 'named' && (await digestFile(from.path)).digest !== digest)
    throw changed(from.path)
  const source = 'bytes' in from ? from.bytes : { localPath: from.path, own: kind === 'kept' }
  await transport.write(`${folder}/${path}`, source, request)
}
