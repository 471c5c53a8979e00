import { execFile } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client, ClientChannel } from 'ssh2'
import { systemClock } from '../src/core/clock.ts'
import { silent } from '../src/core/logger.ts'
import { ssh } from '../src/transports/ssh.ts'
import { digestFile } from '../src/signatures/digest-file.ts'
import { bringFiles } from '../src/staging/bring-files.ts'
import type { Content } from '../src/staging/content.ts'
import { fillCache } from '../src/staging/host-cache.ts'
import { openConnection } from '../src/transports/ssh/connection.ts'
import type { SshSettings } from '../src/transports/ssh/ssh-settings.ts'
import type { Transport } from '../src/transports/transport.ts'
import { startOwnSshd } from '../test/live/transports/own-sshd.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'

const options = { deadline: 300_000 }
const run = promisify(execFile)

/** Requests and files over a real sshd on this machine, beside what one would do by hand in the same run. */
export async function sshRows(): Promise<Row[]> {
  if (!existsSync('/usr/sbin/sshd') || userInfo().uid !== 0)
    return [{ what: 'ssh', bar: '', figure: 'not measured', limit: 'needs sshd, scp and rsync, and root' }]
  const sshd = await startOwnSshd(['PermitRootLogin prohibit-password', 'Subsystem sftp internal-sftp'])
  const folder = await mkdtemp(join(tmpdir(), 'bench-ssh-'))
  const settings = { ...sshd.settings, user: userInfo().username }
  const transport = ssh(settings)
  try {
    const words = await clientWords(folder, settings)
    return [
      ...(await requests(transport, settings)),
      ...(await oneLargeFile(transport, folder, words)),
      ...(await manySmallFiles(transport, folder, words)),
    ]
  } finally {
    await transport.close()
    await sshd.close()
    await rm(folder, { recursive: true })
  }
}

async function requests(transport: Transport, settings: SshSettings): Promise<Row[]> {
  const connection = openConnection(settings, { clock: systemClock, logger: silent })
  const client = await connection.client(options)
  const line = await bareShell(client)
  const figures = { ours: [] as number[], line: [] as number[], exec: [] as number[] }
  await transport.run(':', options)
  for (let turn = 0; turn < 200; turn += 1) {
    figures.ours.push(await timed(() => transport.run(':', options)))
    figures.line.push(await timed(() => line()))
    if (turn % 10 === 0) figures.exec.push(await timed(() => execOnce(client)))
  }
  await connection.release()
  const [ours, bare, exec] = [median(figures.ours), median(figures.line), median(figures.exec)]
  return [
    {
      what: 'a request on a waiting shell, beside one exec on an open connection',
      bar: 'a tenth or less',
      figure: `${ours.toFixed(2)} ms`,
      limit: `${exec.toFixed(2)} ms`,
      ratio: ours / exec,
      met: ours / exec <= 0.1,
    },
    {
      what: 'the same, beside a bare line (`echo`) on a waiting shell',
      bar: '',
      figure: `${ours.toFixed(2)} ms`,
      limit: `${bare.toFixed(2)} ms`,
      ratio: ours / bare,
    },
  ]
}

const size = 256
const rounds = 3

/** Files as staging sends and fetches them, every byte under a SHA-256 that both ends found: those of the other programs go unchecked. */
async function oneLargeFile(transport: Transport, folder: string, words: ClientWords): Promise<Row[]> {
  const here = join(folder, 'large')
  await writeFile(here, randomFillSync(Buffer.alloc(size * 2 ** 20)))
  const signed = await digestFile(here)
  const there = join(folder, 'there')
  await mkdir(there)
  const up = { ours: [] as number[], scp: [] as number[], rsync: [] as number[] }
  const down = { ours: [] as number[], scp: [] as number[], rsync: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const at = (name: string) => join(there, `${name}.${round}`)
    up.ours.push(await timed(() => send(transport, at('ours'), [{ ...signed, from: { path: here } }])))
    up.scp.push(await timed(() => scp(words, here, words.there(at('scp')))))
    up.rsync.push(await timed(() => rsync(words, here, words.there(at('rsync')))))
    down.ours.push(await timed(() => bring(transport, at('ours'), [signed], at('back'))))
    down.scp.push(await timed(() => scp(words, words.there(at('scp')), at('scp-back'))))
    down.rsync.push(await timed(() => rsync(words, words.there(at('rsync')), at('rsync-back'))))
    await rm(there, { recursive: true })
    await mkdir(there)
  }
  return [besides(`${size} MiB there, with checksums`, up), besides(`${size} MiB home, with checksums`, down)]
}

async function manySmallFiles(transport: Transport, folder: string, words: ClientWords): Promise<Row[]> {
  const here = join(folder, 'many')
  await mkdir(here)
  const paths = Array.from({ length: 1000 }, (_, index) => join(here, `file-${index}`))
  for (const path of paths) await writeFile(path, randomFillSync(Buffer.alloc(4096)))
  const contents = await Promise.all(
    paths.map(async (path) => ({ ...(await digestFile(path)), from: { path } })),
  )
  const at = (name: string) => join(folder, `many-${name}`)
  const up = {
    ours: [await timed(() => send(transport, at('ours'), contents))],
    scp: [await timed(() => scp(words, here, words.there(at('scp'))))],
    rsync: [await timed(() => rsync(words, `${here}/`, words.there(at('rsync'))))],
  }
  const down = {
    ours: [await timed(() => bring(transport, at('ours'), contents, at('back')))],
    scp: [await timed(() => scp(words, words.there(at('scp')), at('scp-back')))],
    rsync: [await timed(() => rsync(words, words.there(`${at('rsync')}/`), at('rsync-back')))],
  }
  const what = '1,000 files of 4 KiB'
  return [besides(`${what} there, with checksums`, up), besides(`${what} home, with checksums`, down)]
}

async function send(transport: Transport, folder: string, contents: readonly Content[]): Promise<void> {
  const { stream } = transport
  if (stream) await fillCache({ transport: { ...transport, stream }, folder, request: options }, contents)
}

async function bring(
  transport: Transport,
  folder: string,
  contents: readonly Omit<Content, 'from'>[],
  into: string,
): Promise<void> {
  const files = contents.map(({ digest, size: bytes }) => ({ path: digest, size: bytes, kind: 'file' }))
  const brought = await bringFiles({ transport, folder, into, request: options }, files)
  for (const { localPath, digest } of brought.values())
    if ((await digestFile(localPath)).digest !== digest) throw new Error(`${localPath} arrived damaged`)
}

interface Beside {
  readonly ours: readonly number[]
  readonly scp: readonly number[]
  readonly rsync: readonly number[]
}

function besides(what: string, { ours, scp: byScp, rsync: byRsync }: Beside): Row {
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

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

function execOnce(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec(':', (error, channel) => {
      if (error) return reject(error)
      channel.resume()
      channel.stderr.resume()
      channel.on('close', () => resolve())
    })
  })
}

async function bareShell(client: Client): Promise<() => Promise<void>> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec('exec /bin/sh -s', (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  let answered = () => {}
  channel.on('data', () => answered())
  channel.stderr.resume()
  return () =>
    new Promise((resolve) => {
      answered = resolve
      channel.write('echo\n')
    })
}
