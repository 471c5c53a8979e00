import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type AuthenticationType, type ParsedKey, type ServerChannel } from 'ssh2'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'

export interface LoginRules {
  /** Lists of methods that let in, each in order, as sshd's AuthenticationMethods; `publickey` alone when not said. */
  readonly lists?: readonly (readonly AuthenticationType[])[]
  /** Public keys that it takes. */
  readonly keys?: readonly string[]
  /** What it asks, and the answers that it takes. */
  readonly questions?: readonly { readonly prompt: string; readonly echo: boolean; readonly answer: string }[]
  readonly password?: string
  /** Private host keys; one of ed25519 when not said. */
  readonly hostKeys?: readonly string[]
  /** Refuses to let connections through. */
  readonly noForwarding?: boolean
  /** Knows one cipher only, which nobody takes any more. */
  readonly oldCipher?: boolean
}

/** An SSH server of this process that is particular about logins; it offers no shell. */
export interface LoginHost {
  readonly port: number
  /** Says nothing of the `~/.ssh` of whoever runs the test. */
  readonly settings: SshSettings
  readonly folder: string
  connections: number
  /** What clients tried, in order: a method, with the key's comment for keys. */
  readonly tried: string[]
  /** Where connections were let through to. */
  readonly forwarded: string[]
  /** Of its first key, as `known_hosts` has it. */
  readonly publicKey: string
  cut(): void
  /** Says nothing more on any connection, and leaves them open. */
  freeze(): void
  /** Listens no more; and again. Connections that stand are left. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

export async function startLoginHost(rules: LoginRules = {}): Promise<LoginHost> {
  const folder = await mkdtemp(join(tmpdir(), 'login-host-'))
  const hostKeys = [...(rules.hostKeys ?? [makeKey().private])]
  const sockets = new Set<Socket>()
  const host = { connections: 0, tried: new Array<string>(), forwarded: new Array<string>() }
  const algorithms = rules.oldCipher ? { algorithms: { cipher: ['aes128-cbc' as const] } } : {}
  const ssh = new ssh2.Server({ hostKeys, ...algorithms }, (client) => {
    client.on('error', () => {}) // cut, or the host key was refused
    const done: AuthenticationType[] = []
    client.on('authentication', (context) => judge(context, rules, done, host.tried))
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      host.forwarded.push(`${destIP}:${destPort}`)
      if (rules.noForwarding) return reject()
      letThrough(accept, reject, destIP, destPort)
    })
  })
  const server = createServer((socket) => {
    host.connections += 1
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    ssh.injectSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const publics = hostKeys.map((key) => publicHalf(key))
  await writeFile(join(folder, 'known_hosts'), publics.map((key) => `[127.0.0.1]:${port} ${key}\n`).join(''))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return Object.assign(host, {
    port,
    folder,
    settings: {
      host: '127.0.0.1',
      port,
      user: 'someone',
      configFiles: [],
      identityFiles: [],
      knownHostsFiles: [join(folder, 'known_hosts')],
      agent: 'none',
    },
    publicKey: publics[0] ?? '',
    cut,
    async pause() {
      server.close()
    },
    async resume() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    freeze() {
      for (const socket of sockets) socket.pause()
    },
    async close() {
      cut()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  })
}

type KeyType = 'ed25519' | 'ecdsa'
type KeyPair = Readonly<Record<'public' | 'private', string>>

/** A pair of keys. One in 250 that ssh2 makes of ed25519 is broken, also for OpenSSH: then another is made. */
export function makeKey(comment = 'test', type: KeyType = 'ed25519', passphrase?: string): KeyPair {
  const locked = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-cbc', rounds: 1 }
  for (;;) {
    const pair =
      type === 'ed25519'
        ? ssh2.utils.generateKeyPairSync('ed25519', { comment, ...locked })
        : ssh2.utils.generateKeyPairSync('ecdsa', { comment, bits: 256, ...locked })
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}

export function publicHalf(privateKey: string): string {
  const key = parse(privateKey)
  return `${key.type} ${key.getPublicSSH().toString('base64')}`
}

export function parse(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}

function judge(context: AuthContext, rules: LoginRules, done: AuthenticationType[], tried: string[]): void {
  const left = () => {
    const lists = rules.lists ?? [['publickey']]
    const begun = lists.filter((list) => done.every((method, at) => list[at] === method))
    return begun.map((list) => list[done.length])
  }
  const allowed = (): AuthenticationType[] => left().filter((method) => method !== undefined)
  const settle = (right: boolean) => {
    if (!right) return context.reject(allowed())
    done.push(context.method)
    if (left().includes(undefined)) context.accept()
    else context.reject(allowed(), true)
  }
  if (context.method === 'none' || !left().includes(context.method)) {
    tried.push(context.method)
    return context.reject(allowed())
  }
  switch (context.method) {
    case 'publickey':
      return judgeKey(context, rules.keys ?? [], tried, settle)
    case 'password':
      tried.push('password')
      return settle(context.password === rules.password)
    case 'keyboard-interactive': {
      const { questions = [] } = rules
      tried.push('questions')
      return context.prompt([...questions], 'A title', 'Some instructions', (answers) =>
        settle(questions.every(({ answer }, at) => answers[at] === answer)),
      )
    }
    default:
      return context.reject(allowed())
  }
}

type KeyContext = Extract<AuthContext, { method: 'publickey' }>

function judgeKey(
  context: KeyContext,
  keys: readonly string[],
  tried: string[],
  settle: (right: boolean) => void,
): void {
  const found = keys.map(parse).find((key) => key.getPublicSSH().equals(context.key.data))
  if (!context.signature) tried.push(found ? `key ${found.comment}` : 'another key')
  if (!found) return settle(false)
  if (!context.signature || !context.blob) return context.accept()
  settle(found.verify(context.blob, context.signature, context.hashAlgo))
}

function letThrough(accept: () => ServerChannel, reject: () => void, host: string, port: number): void {
  const socket = connect(port, host)
  let open = false
  socket.on('connect', () => {
    open = true
    const channel = accept()
    channel.pipe(socket).pipe(channel)
    channel.on('close', () => socket.destroy())
    channel.on('error', () => socket.destroy())
  })
  socket.on('error', () => open || reject())
}
