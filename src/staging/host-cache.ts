import { randomUUID } from 'node:crypto'
import { posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { shellPath } from '../core/shell-path.ts'
import { digestFile } from '../signatures/digest-file.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { changed, readContent, type Content } from './content.ts'
import { hashing, hashingOne, noTar } from './host-hashing.ts'
import { hostFault } from './host-fault.ts'
import { privateFolder } from './private-folder.ts'
import { writeTar, type TarEntry } from './write-tar.ts'

/** A machine that files travel to, and the folder there in which everything that was sent is kept by its content. */
export interface HostCache {
  readonly transport: Required<Pick<Transport, 'stream'>> & Transport
  readonly folder: string
  readonly request: RequestOptions
}

type Count = (bytes: number) => void

const bundled = { largest: 2 ** 20, bytes: 64 * 2 ** 20, files: 2000 }

/**
 * Sees to it that contents are in the cache of a machine; sends what is not, many small ones as one stream, a large one going
 * on where it was cut. Nothing comes under its name there before its size and SHA-256 were found to be right. `doubt` has what
 * is there read again, since a job may have written to it. Errors: `changed-file`, `disk-full`, `not-writable` and the way's own.
 */
export async function fillCache(
  cache: HostCache,
  contents: readonly Content[],
  doubt = false,
): Promise<void> {
  const wanted = new Map(contents.map((content) => [content.digest, content]))
  const there = await whatIsThere(cache, [...wanted.keys()], doubt)
  const missing = [...wanted.values()].filter(({ digest, size }) => there.get(digest) !== size)
  const total = missing.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const count: Count = (bytes) => cache.request.progress?.((done += bytes), total)
  const [small, large] = [missing.filter(isSmall), missing.filter((content) => !isSmall(content))]
  for (const bundle of bundles(small)) await sendBundle(cache, bundle, count)
  for (const content of large) await inTurn(cache, content, () => sendLarge(cache, content, count))
}

/** The sizes of those that are there. */
async function whatIsThere(
  { transport, folder, request }: HostCache,
  names: readonly string[],
  doubt: boolean,
): Promise<ReadonlyMap<string, number>> {
  const lists: string[] = []
  for (let at = 0; at < names.length; at += 1000) lists.push(names.slice(at, at + 1000).join(' '))
  const checks = doubt ? lists.map((list) => `sha256 ${list} 2>/dev/null`) : []
  const script = `${hashing}
cd ${shellPath(folder)} 2>/dev/null || exit 0
${lists.map((list) => `ls -ln ${list} 2>/dev/null`).join('\n')}
${checks.join('\n')}
exit 0`
  const { stdout } = await transport.run(script, request)
  const sizes = new Map<string, number>()
  const right = new Set<string>()
  for (const line of new TextDecoder().decode(stdout).split('\n')) {
    const words = line.split(/\s+/)
    const [first = '', second = ''] = words
    if (words.length === 2 && first === second) right.add(first)
    const [mode = '', , , , size] = words
    if (mode.startsWith('-')) sizes.set(words.at(-1) ?? '', Number(size))
  }
  if (doubt) for (const digest of sizes.keys()) if (!right.has(digest)) sizes.delete(digest)
  return sizes
}

function isSmall({ size }: Content): boolean {
  return size <= bundled.largest
}

function* bundles(contents: readonly Content[]): Iterable<readonly Content[]> {
  let bundle: Content[] = []
  let bytes = 0
  for (const content of contents) {
    if (bundle.length > 0 && (bytes + content.size > bundled.bytes || bundle.length >= bundled.files)) {
      yield bundle
      bundle = []
      bytes = 0
    }
    bundle.push(content)
    bytes += content.size
  }
  if (bundle.length > 0) yield bundle
}

/** What scripts here say with their exit code. */
const code = { cut: 6, damaged: 7 }

/** A cut ends the archive early: then nothing of it is kept. */
async function sendBundle(cache: HostCache, bundle: readonly Content[], count: Count): Promise<void> {
  const { transport, folder, request } = cache
  const incoming = `.in.${randomUUID()}`
  const script = `command -v tar >/dev/null 2>&1 || exit ${noTar}
${hashing}
${privateFolder(posix.dirname(folder))}
mkdir -p ${shellPath(folder)} && cd ${shellPath(folder)} && mkdir ${incoming} || exit 1
( cd ${incoming} && tar -xmf - || exit 1
  sha256 -c sums >/dev/null 2>&1 || exit ${code.damaged}
  chmod 444 [0-9a-f]* && mv -f [0-9a-f]* .. )
code=$?
rm -rf ${incoming}
exit "$code"`
  const came = await untilWhole(cache, bundle, () =>
    transport.stream(script, { input: writeTar(entriesOf(bundle, count)) }, request),
  )
  if (!came) for (const content of bundle) await sendLarge(cache, content, count)
}

function* entriesOf(bundle: readonly Content[], count: Count): Iterable<TarEntry> {
  const sums = Buffer.from(bundle.map(({ digest }) => `${digest}  ${digest}\n`).join(''))
  yield { kind: 'file', name: 'sums', size: sums.length, bytes: [sums] }
  for (const content of bundle)
    yield {
      kind: 'file',
      name: content.digest,
      size: content.size,
      bytes: counted(readContent(content), count),
    }
}

/**
 * Goes on with what came before a cut: the name of the part is that of the whole content. Whoever was cut off may still be
 * writing what it had received; each byte goes to its own place, so the same bytes are written twice and nothing is mixed up.
 */
async function sendLarge(cache: HostCache, content: Content, count: Count): Promise<void> {
  const { transport, folder, request } = cache
  const { digest, size } = content
  const part = `.part.${digest}`
  const there = (await whatIsThere(cache, [part], false)).get(part) ?? 0
  let blocks = there > size ? 0 : Math.floor(there / block)
  if (blocks > 0) count(blocks * block)
  const script = () => `${hashingOne}
${privateFolder(posix.dirname(folder))}
mkdir -p ${shellPath(folder)} && cd ${shellPath(folder)} || exit 1
${blocks === 0 ? `rm -f ${part}` : ''}
said=$(dd bs=${block} seek=${blocks} conv=notrunc of=${part} 2>&1) || { rm -f ${part}; echo "$said" >&2; exit 1; }
[ "$(wc -c <${part})" -ge ${size} ] || exit ${code.cut}
mine=.in.${randomUUID()}
if mv ${part} "$mine"; then
  [ "$(digest_of "$mine")" = ${digest} ] || { rm -f "$mine"; exit ${code.damaged}; }
  chmod 444 "$mine" && mv -f "$mine" ${digest}
else [ -e ${digest} ] || exit ${code.damaged}; fi`
  await untilWhole(cache, [content], () => {
    const input = counted(readContent(content, blocks * block), count)
    const sending = transport.stream(script(), { input }, request)
    blocks = 0 // damaged: all of it once more
    return sending
  })
}

const block = 256 * 1024

/** What arrived damaged is sent once more. Resolves with false where there is no tar. */
async function untilWhole(
  { transport }: HostCache,
  contents: readonly Content[],
  send: () => Promise<{ readonly code: number; readonly stderr: Uint8Array }>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send()
    if (answer.code === 0) return true
    if (answer.code === noTar) return false
    if (answer.code !== code.damaged)
      throw hostFault('inputs could not be sent to', transport.name, answer.stderr)
    for (const { from, digest } of contents)
      if ('path' in from && (await digestFile(from.path)).digest !== digest) throw changed(from.path)
    if (attempt >= 2)
      throw new AbeyanceError(
        'transport-failed',
        `inputs arrived damaged at ${transport.name}, twice: check its disk and memory`,
      )
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, count: Count): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    count(piece.length)
    yield piece
  }
}

const sending = new Map<string, Promise<unknown>>()

/** A part belongs to one at a time; who comes second finds the whole there. */
async function inTurn(cache: HostCache, { digest, size }: Content, send: () => Promise<void>): Promise<void> {
  const key = `${cache.transport.name} ${cache.folder} ${digest}`
  const before = sending.get(key)
  const mine = (before ?? Promise.resolve())
    .catch(() => {})
    .then(async () => {
      if (before && (await whatIsThere(cache, [digest], false)).get(digest) === size) return
      await send()
    })
  sending.set(key, mine)
  await mine.finally(() => {
    if (sending.get(key) === mine) sending.delete(key)
  })
}
