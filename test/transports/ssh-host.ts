import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import ssh2, { type AuthContext, type ServerChannel, type Session } from 'ssh2'
import type { SshSettings } from '../../src/transports/ssh/ssh-settings.ts'
import { serveFiles } from './sftp-service.ts'

/** A machine behind an SSH server of this process: real shells, real files, one key that opens it. */
export interface SshHost {
  readonly port: number
  /** What a client needs to come in, also by another port; says nothing of the `~/.ssh` of whoever runs the test. */
  readonly settings: SshSettings
  /** The home folder there. */
  readonly home: string
  /** How many connections came, and how many sessions (shells, commands, SFTP) were opened on them. */
  readonly counts: { connections: number; sessions: number }
  /** Drops every connection; what was started there lives on, as it does on a real machine. */
  cut(): void
  /** Ends the server, the connections and what they started, and removes the folder. */
  close(): Promise<void>
}

export interface SshHostOptions {
  /** The login shell, which runs each command with `-c`. */
  readonly shell?: string
  /** What rc files would print on both streams before each command. */
  readonly noise?: string
  readonly banner?: string
  /** Sessions at once on one connection, as sshd's MaxSessions. */
  readonly maxSessions?: number
  readonly environment?: Readonly<Record<string, string>>
}

export async function startSshHost(options: SshHostOptions = {}): Promise<SshHost> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-host-'))
  const home = join(folder, 'home')
  await mkdir(home)
  const [hostKey, userKey] = [makeKey(), makeKey()]
  const counts = { connections: 0, sessions: 0 }
  const children = new Set<ChildProcess>()
  const ssh = new ssh2.Server(
    { hostKeys: [hostKey.private], ...(options.banner !== undefined && { banner: options.banner }) },
    (client) => {
      client.on('error', () => {}) // a cut connection
      client.on('authentication', (context) => admit(context, userKey.public))
      let open = 0
      client.on('session', (accept, reject) => {
        if (open >= (options.maxSessions ?? 10)) return reject()
        counts.sessions += 1
        open += 1
        const session = accept()
        session.on('close', () => (open -= 1))
        serve(session, home, options, children)
      })
    },
  )
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    counts.connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    ssh.injectSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    home,
    counts,
    settings: await writeClientFiles(folder, port, hostKey.public, userKey.private),
    cut,
    async close() {
      cut()
      server.close()
      for (const child of children) killGroup(child)
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Now and then ssh2 makes a key that it cannot read. */
function makeKey(): { readonly public: string; readonly private: string } {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made
  }
}

async function writeClientFiles(
  folder: string,
  port: number,
  hostKey: string,
  userKey: string,
): Promise<SshSettings> {
  const [identity, knownHosts] = [join(folder, 'id_ed25519'), join(folder, 'known_hosts')]
  await writeFile(identity, userKey)
  await chmod(identity, 0o600)
  await writeFile(knownHosts, `[127.0.0.1]:* ${hostKey}\n`)
  return {
    host: '127.0.0.1',
    port,
    user: 'someone',
    configFiles: [],
    identityFiles: [identity],
    knownHostsFiles: [knownHosts],
    agent: 'none',
  }
}

function admit(context: AuthContext, userKey: string): void {
  const key = ssh2.utils.parseKey(userKey)
  if (key instanceof Error) throw key
  if (context.method !== 'publickey') return context.reject(['publickey'])
  if (!context.key.data.equals(key.getPublicSSH())) return context.reject(['publickey'])
  if (context.signature && context.blob && key.verify(context.blob, context.signature) !== true)
    return context.reject(['publickey'])
  context.accept()
}

function serve(session: Session, home: string, options: SshHostOptions, children: Set<ChildProcess>): void {
  session.on('exec', (accept, _reject, { command }) => {
    const noise = options.noise === undefined ? '' : `echo '${options.noise}'; echo '${options.noise}' >&2; `
    const child = spawn(options.shell ?? '/bin/sh', ['-c', noise + command], {
      cwd: home,
      detached: true, // a session of its own, as sshd gives
      env: { PATH: process.env['PATH'], HOME: home, ...options.environment },
    })
    children.add(child)
    child.on('close', () => children.delete(child))
    carry(accept(), child)
    session.on('signal', (acceptSignal) => {
      acceptSignal?.()
      killGroup(child)
    })
  })
  session.on('sftp', (accept) => serveFiles(accept(), home))
}

function carry(channel: ServerChannel, child: ChildProcess): void {
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error('a process without streams')
  channel.pipe(stdin)
  stdin.on('error', () => {}) // it ended without reading everything
  const sent = Promise.all([send(channel, channel, stdout), send(channel, channel.stderr, stderr)])
  child.on('exit', (code, signal) => {
    if (signal) channel.exit(signal.replace('SIG', ''))
    else channel.exit(code ?? 0)
  })
  child.on('close', () => void sent.then(() => channel.end()))
  // The connection went: the process loses its streams, and nothing else happens to it.
  channel.on('close', () => {
    for (const stream of [stdin, stdout, stderr]) stream.destroy()
  })
  channel.on('error', () => {})
}

const turns = new WeakMap<ServerChannel, Promise<void>>()

/**
 * Sends a stream's chunks, never two of one channel at once: ssh2 mixes up what waits for room on both streams, and keeps
 * what it sent.
 */
async function send(channel: ServerChannel, to: Writable, from: Readable): Promise<void> {
  try {
    for await (const chunk of from) {
      const turn = (turns.get(channel) ?? Promise.resolve()).then(async () => {
        await new Promise<void>((resolve) => {
          channel.once('close', resolve)
          to.write(chunk, () => {
            channel.off('close', resolve)
            resolve()
          })
        })
        for (const kept of ['_chunk', '_chunkcb', '_chunkErr', '_chunkcbErr'])
          Reflect.set(channel, kept, undefined)
      })
      turns.set(channel, turn)
      await turn
    }
  } catch {
    // The connection went.
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
