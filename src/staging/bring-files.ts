import { join, posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import { copy, makeFolder, rename, write } from '../core/system/files.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { hashing, noTar } from './host-hashing.ts'
import { hostFault } from './host-fault.ts'
import { readTar } from './read-tar.ts'

/** A file that was brought here, with its SHA-256 as the machine that had it says; none where nothing travelled. */
export interface BroughtFile {
  readonly localPath: string
  readonly digest?: Digest
}

export interface BringQuestion {
  readonly transport: Transport
  /** The folder there that paths are relative to. */
  readonly folder: string
  /** A folder here for what is brought; it is its asker's to remove. */
  readonly into: string
  readonly request: RequestOptions
}

const bundled = { largest: 2 ** 20, bytes: 64 * 2 ** 20, files: 500 }

/** Brings files here; where they travel, many small ones as one stream. Links are followed. Gives one answer for each path. */
export async function bringFiles(
  question: BringQuestion,
  asked: readonly { readonly path: string; readonly size: number; readonly kind: string }[],
): Promise<ReadonlyMap<string, BroughtFile>> {
  const { transport, into } = question
  await makeFolder(into)
  const brought = new Map<string, BroughtFile>()
  const once = [...new Map(asked.map((file) => [file.path, file])).values()]
  const next = () => join(into, String(brought.size))
  // What a link leads to may be large.
  const isSmall = ({ size, kind }: { size: number; kind: string }) =>
    transport.stream !== undefined && kind === 'file' && size <= bundled.largest
  const total = once.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const came = (size: number) => question.request.progress?.((done += size), total)
  let bundle: string[] = []
  let bytes = 0
  for (const { path, size } of once.filter(isSmall)) {
    bundle.push(path)
    bytes += size
    if (bundle.length < bundled.files && bytes < bundled.bytes) continue
    await bringBundle(question, bundle, brought, came)
    bundle = []
    bytes = 0
  }
  await bringBundle(question, bundle, brought, came)
  for (const { path } of once)
    if (!brought.has(path)) brought.set(path, await bringOne(question, path, next(), came))
  return brought
}

async function bringBundle(
  { transport, folder, into, request }: BringQuestion,
  paths: readonly string[],
  brought: Map<string, BroughtFile>,
  came: (bytes: number) => void,
): Promise<void> {
  if (paths.length <= 1 || !transport.stream) return // one is as quick by itself
  const names = paths.map((path) => quote(`./${path}`)).join(' ')
  const script = `command -v tar >/dev/null 2>&1 || exit ${noTar}
${hashing}
cd ${shellPath(folder)} && sha256 ${names} >&2 && tar -chf - ${names}`
  const found: (string | undefined)[] = []
  const first = brought.size
  const output = readTar(async ({ kind, bytes }) => {
    const localPath = join(into, String(first + found.length))
    if (kind === 'file') await write(localPath, bytes)
    found.push(kind === 'file' ? localPath : undefined)
    came(bytes.length)
  }, bundled.largest * 2)
  const { code, stderr } = await transport.stream(script, { output }, request)
  if (code === noTar) return
  const digests = digestsIn(stderr)
  if (code !== 0 || digests.length !== paths.length || found.length !== paths.length)
    throw hostFault('outputs could not be brought from', transport.name, stderr)
  for (const [index, path] of paths.entries()) {
    const digest = digests[index] ?? asDigest('')
    const localPath = join(into, String(first + index))
    const same = found[digests.indexOf(digest)] // a second name of the same file travels as a name
    if (found[index] === undefined && same !== undefined) await copy(same, localPath)
    brought.set(path, { localPath, digest })
  }
}

async function bringOne(
  { transport, folder, into, request }: BringQuestion,
  path: string,
  localPath: string,
  came: (bytes: number) => void,
): Promise<BroughtFile> {
  const at = `${folder}/${path}`
  let before = 0
  const progress = (done: number) => {
    came(done - before)
    before = done
  }
  if (!transport.stream) {
    await transport.fetch(at, localPath, { ...request, progress })
    return { localPath }
  }
  const said = transport.run(`${hashing}\nsha256 <${shellPath(at)}`, request)
  // Beside the folder, which its asker removes: what was cut is gone on with.
  const whole = `${into}.${posix.basename(localPath)}`
  const [{ code, stdout, stderr }] = await Promise.all([
    said,
    transport.fetch(at, whole, { ...request, progress }),
  ])
  await rename(whole, localPath)
  const [digest] = digestsIn(stdout)
  if (code !== 0 || digest === undefined)
    throw hostFault(`${path} could not be read on`, transport.name, stderr)
  return { localPath, digest }
}

/** A name with a line break or a backslash is marked by a backslash before its line. */
function digestsIn(text: Uint8Array): readonly Digest[] {
  const found = new TextDecoder().decode(text).matchAll(/^\\?([0-9a-f]{64}) [ *]/gm)
  return [...found].map(([, digest = '']) => asDigest(digest))
}

/** What was brought and is not what was there: it is fetched again later. */
export function broughtDamaged(path: string): AbeyanceError {
  return new AbeyanceError(
    'transport-failed',
    `${path} arrived damaged, or changed meanwhile; it is fetched again`,
  )
}
