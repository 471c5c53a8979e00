import { join, posix } from 'node:path'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import { remove } from '../core/system/files.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { lookThere } from '../signatures/look-there.ts'
import { bringFiles, broughtDamaged } from '../staging/bring-files.ts'
import { changed } from '../staging/content.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import type { FarFile, Places } from '../staging/places.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'

/** Files on machines, brought home when somebody here reads them. */
export type FarFiles = Pick<Places, 'lost'> & {
  /** The way to a destination's machine. Throws `unknown-destination`. */
  wayTo(destination: string): Promise<Transport>
  /** As `Places` has it; with an hour's patience where nothing else is asked. */
  bring(file: FarFile, request?: RequestOptions): Promise<Digest>
}

export interface FarContext {
  readonly objects: ObjectStore
  /** A folder here for what is on its way. */
  readonly folder: string
  readonly wayTo: FarFiles['wayTo']
  /** Notes that a machine has lost a file; a process that does not drive cannot. */
  readonly forget?: (file: FarFile) => Promise<void>
}

const patience: RequestOptions = { deadline: 3_600_000 }

export function openFarFiles(context: FarContext): FarFiles {
  const { objects, forget } = context
  const coming = new Map<Digest, Promise<Digest>>()
  /** What is signed by size and time is kept by what is in it. */
  const contents = new Map<Digest, Digest>()

  async function known({ digest, at }: FarFile): Promise<Digest | undefined> {
    const content = at.signed === 'stat' ? contents.get(digest) : digest
    return content !== undefined && (await objects.has(content)) ? content : undefined
  }

  async function lost(file: FarFile): Promise<AbeyanceError> {
    const { name, at } = file
    await forget?.(file)
    const next = forget
      ? 'start the run again, and what made it runs again'
      : 'run the pipeline again with --fresh'
    return new AbeyanceError(
      'missing-file',
      `${name} stayed on ${at.destination} and is not there any more, at ${at.path}: ${next}`,
    )
  }

  async function bring(file: FarFile, request = patience): Promise<Digest> {
    // Whoever comes second waits for the first, and tries it himself only where that came to nothing.
    for (let other = coming.get(file.digest); other; other = coming.get(file.digest))
      await other.catch(() => {})
    const there = await known(file)
    if (there !== undefined) return there
    const mine = fetchHome(context, file, request)
    coming.set(file.digest, mine)
    try {
      const content = await mine
      if (file.at.signed === 'stat') contents.set(file.digest, content)
      if (file.at.signed === 'stat' || content === file.digest) return content
      throw file.at.pinned ? await lost(file) : changed(`${file.at.path} on ${file.at.destination}`)
    } catch (error) {
      if (file.at.pinned && isAbeyanceError(error, 'missing-file')) throw await lost(file)
      throw error
    } finally {
      coming.delete(file.digest)
    }
  }
  return { bring, lost, wayTo: context.wayTo }
}

/** Gives the SHA-256 of what came, found to be right on both ends. */
async function fetchHome(
  { objects, folder, wayTo }: FarContext,
  { digest, size, at }: FarFile,
  request: RequestOptions,
): Promise<Digest> {
  const transport = await wayTo(at.destination)
  const into = join(folder, `home.${digest}.${process.pid}`)
  const assertSame = async () => {
    if (at.signed !== 'stat') return
    if ((await lookThere(transport, at.path, 'stat', request)).digest !== digest)
      throw changed(`${at.path} on ${at.destination}`)
  }
  try {
    await assertSame()
    const path = posix.basename(at.path)
    const question = { transport, folder: posix.dirname(at.path), into, request }
    const brought = (await bringFiles(question, [{ path, size, kind: 'file' }])).get(path)
    if (!brought) throw broughtDamaged(at.path)
    await assertSame()
    const kept = await objects.keep(brought.localPath, transport.stream ? 'own' : 'copy')
    if (brought.digest !== undefined && brought.digest !== kept.digest) throw broughtDamaged(at.path)
    return kept.digest
  } finally {
    await remove(into)
  }
}

/** The way to one of these destinations. */
export function wayAmong(
  destinations: ReadonlyMap<string, { readonly settings: { readonly transport: Transport } }>,
  name: string,
): Transport {
  const found = destinations.get(name)
  if (found) return found.settings.transport
  const known = [...destinations.keys()]
  throw new AbeyanceError(
    'unknown-destination',
    `a file is at \`${name}\`, which is not there${didYouMean(name, known)}; known: ${known.join(', ')}`,
  )
}
