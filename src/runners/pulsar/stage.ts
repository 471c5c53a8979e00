import { createHash } from 'node:crypto'
import type { Digest } from '../../core/ids.ts'
import { changed, readContent, type Content } from '../../staging/content.ts'
import { gatherInputs, objectFile, type FarInput, type GatheredFile } from '../../staging/gather-inputs.ts'
import { AbeyanceError } from '../../core/error.ts'
import type { ObjectStore } from '../../staging/object-store.ts'
import type { Places } from '../../staging/places.ts'
import type { StagedFile } from '../../staging/staging.ts'
import type { RequestOptions } from '../../transports/transport.ts'
import type { JobSpec } from '../job-spec.ts'
import type { Body } from './send.ts'
import { sentName } from './home.ts'
import type { Placing } from './start-script.ts'

/**
 * How files get to the jobs: sent over HTTP, or fetched by their server from us; or by a disk that the jobs see under the same paths as we do,
 * copied, linked where nobody writes to them any more, or linked all, `none` of them moved.
 */
export type StagingWay = 'push' | 'pull' | 'copy' | 'link' | 'none'

export interface Staging {
  readonly way: StagingWay
  readonly objects: ObjectStore
  readonly places?: Places
  readonly nonce: string
  readonly request: RequestOptions
  /** Sends bytes under a name in the attempt's folder. */
  send(name: string, body: Body): Promise<void>
  /** Has the server fetch it, by that name. */
  offer(name: string, content: Content): Promise<void>
}

/** What was staged, for the script that puts it in its place, with what must be right before the command starts. */
export interface Staged extends Pick<Placing, 'texts' | 'sent' | 'links'> {
  readonly signed: readonly StagedFile[]
}

/** Larger texts travel as files do. */
const largestText = 64 * 1024

/** Sends what a job needs. A source that is not what was signed is `changed-file`, one that is gone `missing-file`. */
export async function stage(staging: Staging, inputs: JobSpec['staged']): Promise<Staged> {
  const gathered = await gatherInputs(staging.objects, inputs)
  const brought: GatheredFile[] = []
  for (const one of gathered.far) brought.push(await bringFar(staging, one))
  const all = [...gathered.files, ...brought]
  const texts = all.flatMap(inScript)
  const files = all.filter((file) => inScript(file).length === 0)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const count = (bytes: number) => staging.request.progress?.((done += bytes), total)
  const sent = await Promise.all(
    files.map(async (file, place) => ({ path: file.path, ...(await bringOne(staging, file, place, count)) })),
  )
  return { texts, sent, links: gathered.links, signed: files.map(({ path, digest }) => ({ path, digest })) }
}

/** A small text goes inside the script; a shell holds no NUL. */
function inScript({ path, kind, size, from }: GatheredFile): readonly { path: string; text: string }[] {
  if (kind !== 'text' || !('bytes' in from) || size > largestText || from.bytes.includes(0)) return []
  return [{ path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(from.bytes) }]
}

async function bringOne(
  { way, nonce, send, offer }: Staging,
  file: GatheredFile,
  place: number,
  count: (bytes: number) => void,
): Promise<Pick<Placing['sent'][number], 'from' | 'how'>> {
  const from = sentName(nonce, place)
  if (way === 'pull') {
    const { digest, size } = file
    await offer(from, { from: file.from, digest, size })
    return { from, how: 'pull' }
  }
  if (way !== 'push' && 'path' in file.from) {
    // What its user may write to is lent only where they say so.
    const isLent = way === 'none' || (way === 'link' && file.kind === 'kept')
    return { from: file.from.path, how: isLent ? 'ln -s' : 'cp' }
  }
  await send(from, bodyOf(file, count))
  return { from, how: 'mv' }
}

/** Read and digested in one go: what was sent is what was signed, or the request fails before its end. */
export function bodyOf(
  {
    from,
    digest,
    size,
  }: { readonly from: GatheredFile['from']; readonly digest: Digest; readonly size: number },
  count: (bytes: number) => void = () => {},
): Body {
  return {
    size,
    async *bytes() {
      const hash = createHash('sha256')
      for await (const piece of readContent({ from, digest, size })) {
        hash.update(piece)
        yield piece
        count(piece.length)
      }
      if (hash.digest('hex') !== digest) throw changed('path' in from ? from.path : 'a text')
    },
  }
}

async function bringFar(
  { objects, places, request }: Staging,
  { path, value }: FarInput,
): Promise<GatheredFile> {
  const isHome = value.at.signed !== 'stat' && (await objects.has(value.digest))
  if (isHome) return objectFile(objects, path, value.digest, value.name)
  if (places === undefined || places.own === value.at.destination)
    throw new AbeyanceError(
      'missing-file',
      `${value.name} is named as a file of ${value.at.destination}, whose own files cannot be read from here: name one of this machine`,
    )
  return objectFile(objects, path, await places.bring(value, request), value.name)
}
