import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../../src/testing/eventually.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'

/** An account with a password, for as long as the tests run: only such a one can be asked. Needs root. */
export const account = { name: 'abeyance-asked', password: `p-${process.pid}-${Date.now()}` } as const

export function makeAccount(): void {
  removeAccount()
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', account.name])
  execFileSync('chpasswd', { input: `${account.name}:${account.password}\n` })
}

export function removeAccount(): void {
  try {
    execFileSync('userdel', ['--remove', '--force', account.name], { stdio: 'ignore' })
  } catch {
    // There is none.
  }
}

/** A real sshd of a test's own. */
export interface OwnSshd {
  readonly port: number
  readonly folder: string
  /** `key`, `key.pub`: takes the login; `host`, `host.pub`: its own. */
  readonly settings: SshSettings
  readonly process: ChildProcess
  start(): Promise<void>
  /** Ends the listener and all sessions at once. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** `words` are lines for sshd_config; the first word of a keyword counts. */
export async function startOwnSshd(words: readonly string[] = []): Promise<OwnSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'own-sshd-'))
  await chmod(folder, 0o755) // the account reads its keys there
  await mkdir('/run/sshd', { recursive: true })
  for (const name of ['key', 'host']) keygen(join(folder, name))
  const port = await freePort()
  await writeFile(join(folder, 'authorized_keys'), execFileSync('cat', [join(folder, 'key.pub')]))
  const hostKey = execFileSync('cut', ['-d', ' ', '-f', '1,2', join(folder, 'host.pub')], {
    encoding: 'utf8',
  })
  await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`)
  const lines = [
    ...words,
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    'PidFile none',
    'StrictModes no',
    'UseDNS no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'LogLevel VERBOSE',
  ]
  await writeFile(join(folder, 'sshd_config'), lines.join('\n') + '\n')
  let running = await run(folder, port)
  const kill = async () => {
    if (running.exitCode !== null || running.signalCode !== null) return
    const gone = once(running, 'exit')
    const children = execFileSync('sh', ['-c', `pgrep -P ${running.pid} || :`], { encoding: 'utf8' })
    running.kill('SIGKILL')
    // A session may end by itself meanwhile.
    for (const pid of children.split('\n').filter(Boolean))
      execFileSync('sh', ['-c', `kill -9 ${pid} 2>&- || :`])
    await gone
  }
  return {
    port,
    folder,
    settings: {
      host: '127.0.0.1',
      port,
      user: account.name,
      configFiles: [],
      identityFiles: [join(folder, 'key')],
      knownHostsFiles: [join(folder, 'known_hosts')],
      agent: 'none',
    },
    get process() {
      return running
    },
    async start() {
      running = await run(folder, port)
    },
    kill,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function keygen(file: string, ...words: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file, ...words])
}

async function run(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    '/usr/sbin/sshd',
    ['-D', '-f', join(folder, 'sshd_config'), '-E', join(folder, 'log')],
    {
      stdio: 'ignore',
    },
  )
  await eventually('sshd listens', 10_000, async () => ((await listens(port)) ? true : undefined))
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
