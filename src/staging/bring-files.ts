import { createHash } from 'node:crypto'
import { join, posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import { copy, makeFolder, rename, write } from '../core/system/files.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { hashing, hashingOne, noTar } from './host-hashing.ts'
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

/** `quick` ones go over a shell that waits: a channel of their own would take longer to open than they take to travel. */
const bundled = { largest: 2 ** 20, bytes: 64 * 2 ** 20, files: 2000, names: 96 * 1024, quick: 16 * 2 ** 20 }

const writesAtOnce = 16

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
  const came = (bytes: number) => question.request.progress?.((done += bytes), total)
  for (const bundle of bundles(once.filter(isSmall))) await bringBundle(question, bundle, brought, came)
  for (const { path } of once)
    if (!brought.has(path)) brought.set(path, await bringOne(question, path, next(), came))
  return brought
}

interface Bundle {
  readonly paths: readonly string[]
  readonly bytes: number
}

/** A command has room for so many names. */
function* bundles(files: readonly { readonly path: string; readonly size: number }[]): Iterable<Bundle> {
  let [paths, bytes, names]: [string[], number, number] = [[], 0, 0]
  for (const { path, size } of files) {
    paths.push(path)
    bytes += size
    names += 2 * path.length + 8
    if (paths.length < bundled.files && bytes < bundled.bytes && names < bundled.names) continue
    yield { paths, bytes }
    ;[paths, bytes, names] = [[], 0, 0]
  }
  yield { paths, bytes }
}

async function bringBundle(
  { transport, folder, into, request }: BringQuestion,
  { paths, bytes }: Bundle,
  brought: Map<string, BroughtFile>,
  came: (bytes: number) => void,
): Promise<void> {
  if (paths.length <= 1 || !transport.stream) return // one is as quick by itself
  const names = paths.map((path) => quote(`./${path}`)).join(' ')
  const script = `command -v tar >/dev/null 2>&1 || exit ${noTar}
${hashing}
cd ${shellPath(folder)} && sha256 ${names} >&2 && tar -chf - ${names}`
  const arrived: Arrived[] = []
  const first = brought.size
  let unwritten: Arrived[] = []
  const writeAll = async () => {
    const batch = unwritten
    unwritten = []
    await Promise.all(batch.map(({ localPath, bytes: all }) => write(localPath, all)))
  }
  const output = readTar(async ({ kind, bytes: all }) => {
    const localPath = join(into, String(first + arrived.length))
    const digest = kind === 'file' ? createHash('sha256').update(all).digest('hex') : undefined
    arrived.push({ localPath, digest, bytes: all })
    came(all.length)
    if (kind === 'file') unwritten.push({ localPath, digest, bytes: all })
    if (unwritten.length >= writesAtOnce) await writeAll()
  }, bundled.largest * 2)
  const { code, stderr } =
    bytes <= bundled.quick
      ? await atOnce(transport, script, output, request)
      : await transport.stream(script, { output }, request)
  if (code === noTar) return
  await writeAll()
  const digests = digestsIn(stderr)
  if (code !== 0 || digests.length !== paths.length || arrived.length !== paths.length)
    throw hostFault('outputs could not be brought from', transport.name, stderr)
  for (const [index, path] of paths.entries()) {
    const digest = digests[index] ?? asDigest('')
    const localPath = join(into, String(first + index))
    const here = arrived[index]?.digest ?? (await copyOf(arrived[digests.indexOf(digest)], localPath))
    if (here !== digest) throw broughtDamaged(path)
    brought.set(path, { localPath, digest })
  }
}

interface Arrived {
  readonly localPath: string
  /** Of what arrived; none of a second name of the same file, which travels as a name. */
  readonly digest: string | undefined
  readonly bytes: Uint8Array
}

async function copyOf(same: Arrived | undefined, localPath: string): Promise<string | undefined> {
  if (same?.digest !== undefined) await copy(same.localPath, localPath)
  return same?.digest
}

async function atOnce(
  transport: Transport,
  script: string,
  output: (bytes: Uint8Array) => Promise<void>,
  request: RequestOptions,
) {
  const answer = await transport.run(`(\n${script}\n) </dev/null`, request)
  if (answer.code === 0) await output(answer.stdout)
  return answer
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
  const said = transport.run(`${hashingOne}\ndigest_of ${shellPath(at)}`, request)
  // Beside the folder, which its asker removes: what was cut is gone on with.
  const whole = `${into}.${posix.basename(localPath)}`
  const [{ code, stdout, stderr }] = await Promise.all([
    said,
    transport.fetch(at, whole, { ...request, progress }),
  ])
  await rename(whole, localPath)
  const [, digest] = /^([0-9a-f]{64})\n/.exec(new TextDecoder().decode(stdout)) ?? []
  if (code !== 0 || digest === undefined)
    throw hostFault(`${path} could not be read on`, transport.name, stderr)
  return { localPath, digest: asDigest(digest) }
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
