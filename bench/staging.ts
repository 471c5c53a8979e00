import { execFile } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { digestFile } from '../src/signatures/digest-file.ts'
import { bringFiles } from '../src/staging/bring-files.ts'
import type { Content } from '../src/staging/content.ts'
import { fillCache } from '../src/staging/host-cache.ts'
import type { SshSettings } from '../src/transports/ssh/ssh-settings.ts'
import type { Transport } from '../src/transports/transport.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { timed } from './timed.ts'

const size = 256
const rounds = 5
const options = { deadline: 300_000 }
const run = promisify(execFile)

/**
 * Files as staging sends and fetches them, every byte under a SHA-256 that both ends found: those of the other programs go
 * unchecked. They take turns, round by round.
 */
export async function stagingRows(
  transport: Transport,
  settings: SshSettings,
  folder: string,
): Promise<Row[]> {
  const words = await clientWords(folder, settings)
  const large = join(folder, 'large')
  await mkdir(large)
  await writeFile(join(large, 'file'), randomFillSync(Buffer.alloc(size * 2 ** 20)))
  const many = join(folder, 'many')
  await mkdir(many)
  for (let place = 0; place < 1000; place += 1)
    await writeFile(join(many, `file-${place}`), randomFillSync(Buffer.alloc(4096)))
  return [
    ...(await besides(transport, words, large, ['file'], `${size} MiB`)),
    ...(await besides(
      transport,
      words,
      many,
      Array.from({ length: 1000 }, (_, place) => `file-${place}`),
      '1,000 files of 4 KiB',
    )),
  ]
}

/** Files of a folder go there and come home again, each way beside the others. */
async function besides(
  transport: Transport,
  words: ClientWords,
  from: string,
  names: readonly string[],
  what: string,
): Promise<Row[]> {
  const contents: Content[] = []
  for (const name of names) {
    const path = join(from, name)
    contents.push({ ...(await digestFile(path)), from: { path } })
  }
  const up = { ours: [] as number[], scp: [] as number[], rsync: [] as number[] }
  const down = { ours: [] as number[], scp: [] as number[], rsync: [] as number[] }
  const work = `${from}.work`
  for (let round = 0; round < rounds; round += 1) {
    await mkdir(work)
    const at = (name: string) => join(work, name)
    up.ours.push(await timed(() => send(transport, at('ours'), contents)))
    up.scp.push(await timed(() => scp(words, from, words.there(at('scp')))))
    up.rsync.push(await timed(() => rsync(words, `${from}/`, words.there(at('rsync')))))
    down.ours.push(await timed(() => bring(transport, at('ours'), contents, at('back'))))
    down.scp.push(await timed(() => scp(words, words.there(at('scp')), at('scp-back'))))
    down.rsync.push(await timed(() => rsync(words, words.there(`${at('rsync')}/`), at('rsync-back'))))
    await rm(work, { recursive: true })
  }
  return [row(`${what} there, with checksums`, up), row(`${what} home, with checksums`, down)]
}

async function send(transport: Transport, folder: string, contents: readonly Content[]): Promise<void> {
  const { stream } = transport
  if (stream) await fillCache({ transport: { ...transport, stream }, folder, request: options }, contents)
}

/** Of what comes as one stream the digests were compared on the way; the object store, which is not here, reads what is large. */
async function bring(
  transport: Transport,
  folder: string,
  contents: readonly Omit<Content, 'from'>[],
  into: string,
): Promise<void> {
  const files = contents.map(({ digest, size: bytes }) => ({ path: digest, size: bytes, kind: 'file' }))
  const brought = await bringFiles({ transport, folder, into, request: options }, files)
  for (const { digest, size: bytes } of contents) {
    const { localPath = '', digest: found } = brought.get(digest) ?? {}
    const here = bytes > 2 ** 20 ? (await digestFile(localPath)).digest : digest
    if (found !== digest || here !== digest) throw new Error(`${localPath} arrived damaged`)
  }
}

interface Beside {
  readonly ours: readonly number[]
  readonly scp: readonly number[]
  readonly rsync: readonly number[]
}

function row(what: string, { ours, scp: byScp, rsync: byRsync }: Beside): Row {
  const [figure, best] = [median(ours), Math.min(median(byScp), median(byRsync))]
  return {
    what,
    bar: 'as fast as scp and rsync',
    figure: `${figure.toFixed(0)} ms`,
    limit: `scp ${median(byScp).toFixed(0)} ms, rsync ${median(byRsync).toFixed(0)} ms`,
    ratio: figure / best,
    met: figure <= best,
  }
}

interface ClientWords {
  /** The file of OpenSSH's configuration that leads to the host `there`. */
  readonly configuration: string
  there(path: string): string
}

async function clientWords(folder: string, settings: SshSettings): Promise<ClientWords> {
  const configuration = join(folder, 'ssh_config')
  const lines = [
    'Host there',
    `HostName ${settings.host}`,
    `Port ${settings.port}`,
    `User ${settings.user}`,
    `IdentityFile ${settings.identityFiles?.[0]}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${settings.knownHostsFiles?.[0]}`,
    'BatchMode yes',
  ]
  await writeFile(configuration, lines.join('\n'))
  return { configuration, there: (path) => `there:${path}` }
}

const scp = ({ configuration }: ClientWords, from: string, to: string) =>
  run('scp', ['-q', '-r', '-F', configuration, from, to])
const rsync = ({ configuration }: ClientWords, from: string, to: string) =>
  run('rsync', ['-r', '-W', '-e', `ssh -F ${configuration}`, from, to])
