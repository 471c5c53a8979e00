import type { AuthHandlerMiddleware, Client, ConnectConfig } from 'ssh2'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import { AbeyanceError, messageOf } from '../../core/error.ts'
import type { Logger } from '../../core/logger.ts'
import { gatherWrites } from './gather-writes.ts'
import type { HostKeys } from './host-keys.ts'
import { nobodyAnswers } from './login-failure.ts'
import type { Questioner } from './login-questions.ts'
import { connectPlaceReader } from './read-in-place.ts'
import { brokenOff, silentHost, sshError } from './ssh-error.ts'
import type { SshTarget } from './target.ts'

export interface HandshakeOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly hostKeys: HostKeys
  /** The way through another host. */
  readonly sock: Duplex | undefined
  /** Milliseconds until the host is held for silent. */
  readonly timeout: number
  /** Milliseconds between two signs of life. */
  readonly keepalive: number
  readonly signal: AbortSignal
  /** Something answered at the host's port. */
  readonly reached: () => void
  /** The login may give up, and take its time while a person is asked: that of the host begins anew afterwards. */
  login(handshake: Pick<Questioner, 'giveUp' | 'patiently'>): AuthHandlerMiddleware
}

/** From the first packet to the login, or an error told of the host; what was begun is then taken down. */
export async function handshake(target: SshTarget, options: HandshakeOptions): Promise<Client> {
  const { Client: Ssh } = (await import('ssh2')).default
  const { clock, logger, hostKeys, sock, timeout, keepalive, signal } = options
  const client = new Ssh()
  return new Promise((resolve, reject) => {
    let settled = false
    let refusal: AbeyanceError | undefined
    let timer: unknown

    const settle = (act: () => void) => {
      if (settled) return
      settled = true
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      act()
    }
    const fail = (error: AbeyanceError) =>
      settle(() => {
        client.destroy()
        sock?.destroy()
        reject(error)
      })
    const stop = () => fail(new AbeyanceError('aborted', `the connection to ${target.name} was given up`))
    const arm = (milliseconds: number, late: AbeyanceError) => {
      clock.clearTimeout(timer)
      if (!settled) timer = clock.setTimeout(() => fail(late), milliseconds)
    }
    const silent = silentHost(target.name, timeout)

    client.on('connect', () => {
      client.setNoDelay(true) // without, small packets wait for one another: 2 MB/s instead of 150
      options.reached()
    })
    client.on('ready', () => settle(() => resolve(client)))
    client.on('error', (error) => {
      logger.debug({ host: target.name, error: messageOf(error) }, 'ssh')
      if (!isPassing(error)) fail(refusal ?? sshError(target.name, error))
    })
    client.on('close', () => fail(refusal ?? brokenOff(target.name)))
    client.on('change password', () => fail(nobodyAnswers(target.name, ['the host wants a new password'])))
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()
    arm(timeout, silent)
    const authHandler = options.login({
      giveUp: fail,
      patiently(waiting) {
        arm(patience, nobodyAnswers(target.name))
        return waiting.finally(() => arm(timeout, silent))
      },
    })
    const hostVerifier = (key: Buffer) => {
      refusal = hostKeys.refusal(key)
      return refusal === undefined
    }
    begin(client, { ...configOf(target, hostKeys, keepalive), authHandler, hostVerifier }, sock)
  })
}

function begin(client: Client, config: ConnectConfig, sock: Duplex | undefined): void {
  const way = sock ?? quickSocket(client, config)
  try {
    client.connect({ ...config, sock: way })
  } catch (error) {
    way.destroy()
    throw error
  }
}

/** One that takes little work and memory for what is large. */
function quickSocket(client: Client, { host = '', port = 22 }: ConnectConfig): Duplex {
  const { socket, readInPlace } = connectPlaceReader(host, port)
  socket.setMaxListeners(0)
  gatherWrites(socket)
  // Of the other ciphers ssh2 keeps views of what was read until a packet is whole; before the keys, of the first packets.
  client.once('handshake', ({ sc }) => {
    if (/^aes\d+-gcm@/.test(sc.cipher)) readInPlace()
  })
  return socket
}

/** As long as sshd itself waits for a login, by default (LoginGraceTime). */
const patience = 120_000

function configOf({ host, port, user }: SshTarget, hostKeys: HostKeys, keepalive: number): ConnectConfig {
  return {
    host,
    port,
    username: user,
    algorithms: { serverHostKey: hostKeys.algorithms },
    keepaliveInterval: keepalive,
    keepaliveCountMax: 3,
    readyTimeout: 0, // the time is ours to keep: it stands still while a person types
  }
}

// ssh2 tells of an agent that does not answer or sign as an error, and then tries the next key.
function isPassing(error: Error): boolean {
  return 'level' in error && (error.level === 'agent' || error.level === 'client-authentication')
}
