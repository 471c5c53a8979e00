import { posix } from 'node:path'
import { shellPath } from '../core/shell-path.ts'
import { digestFile } from '../signatures/digest-file.ts'
import { changed } from './content.ts'
import { gatherInputs, type GatheredFile } from './gather-inputs.ts'
import { fillCache } from './host-cache.ts'
import { hostFault } from './host-fault.ts'
import { makeLinks } from './make-links.ts'
import { placeFar } from './place-far.ts'
import { privateFolder } from './private-folder.ts'
import type { StagedFile, Staging } from './staging.ts'
import type { StagedInput } from './staged-input.ts'
import type { Transport } from '../transports/transport.ts'

/**
 * Puts everything a job needs where it will look for it, and says what must be there when it starts. Safe to repeat, and to be
 * cut anywhere. Where files travel, each content is sent to a machine once, and found right there before anything uses it. A
 * source that is not what was signed any more is `changed-file`, one that is gone `missing-file`; both name it.
 */
export async function stageInputs(
  staging: Staging,
  inputs: readonly StagedInput[],
): Promise<readonly StagedFile[]> {
  const gathered = await gatherInputs(staging.objects, inputs)
  const placed = await placeFar(staging, gathered.far)
  const files = [...gathered.files, ...placed.files]
  const links = [...gathered.links, ...placed.links]
  const { stream } = staging.transport
  if (stream) {
    await fillCache(
      { ...staging, transport: { ...staging.transport, stream }, folder: staging.cache },
      files,
      staging.doubt,
    )
    const taken = [...files, ...placed.cached].map(({ path, digest }) => ({ path, content: digest }))
    await makeLinks(staging, [...links, ...taken])
  } else {
    if (files.length > 0) await makeRoot(staging)
    for (const file of files) await put(staging, file)
    await makeLinks(staging, links)
  }
  const signed = files.filter(({ kind }) => kind !== 'text')
  return [...signed, ...placed.cached, ...placed.used].map(({ path, digest }) => ({ path, digest }))
}

/** The folders that were made by this process, or found. */
const made = new WeakMap<Transport, Set<string>>()

async function makeRoot({ transport, cache, request }: Staging): Promise<void> {
  const roots = made.get(transport) ?? new Set()
  const root = posix.dirname(cache)
  if (roots.has(root)) return
  const { code, stderr } = await transport.run(
    `${privateFolder(root)}\nmkdir -p ${shellPath(root)}\n`,
    request,
  )
  if (code !== 0) throw hostFault(`${root} could not be made on`, transport.name, stderr)
  made.set(transport, roots.add(root))
}

/** Where nothing travels, a link will do; a file of the user's is copied, so that no job writes to it. */
async function put({ transport, folder, request }: Staging, file: GatheredFile): Promise<void> {
  const { path, digest, from, kind } = file
  if ('path' in from && kind === 'named' && (await digestFile(from.path)).digest !== digest)
    throw changed(from.path)
  const source = 'bytes' in from ? from.bytes : { localPath: from.path, own: kind === 'kept' }
  await transport.write(`${folder}/${path}`, source, request)
}
