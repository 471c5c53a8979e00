import type { Client } from 'ssh2'
import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/logger.ts'
import { readAgentKeys, type AgentKey } from './agent-keys.ts'
import { authenticate } from './authenticate.ts'
import { handshake } from './handshake.ts'
import { readHostKeys } from './host-keys.ts'
import { listIdentities } from './identities.ts'
import { inTime } from './in-time.ts'
import { through } from './jump.ts'
import type { KeyFiles } from './key-files.ts'
import { sshError } from './ssh-error.ts'
import type { Ask } from './surroundings.ts'
import type { SshTarget } from './target.ts'

export interface ConnectOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly keyFiles: KeyFiles
  readonly ask: Ask | undefined
  /** The client of the host that this one is reached through. */
  readonly jump: Client | undefined
  readonly timeout: number
  readonly keepalive: number
  readonly signal: AbortSignal
  readonly reached: () => void
}

/** Connects to a host and logs in, once. Errors are told of the host; the codes are those of `SharedConnection.client`. */
export async function connect(target: SshTarget, options: ConnectOptions): Promise<Client> {
  const { keyFiles, ask, jump, signal, timeout, clock } = options
  const notes: string[] = []
  const held = await agentKeys(target, options, notes)
  const keys = await listIdentities(target, held, keyFiles)
  const hostKeys = await readHostKeys(target)
  const sock = jump && (await channelThrough(jump, target, { clock, deadline: timeout, signal }))
  return handshake(target, {
    ...options,
    hostKeys,
    sock,
    login: (handshaking) => authenticate({ target, keys, notes, ask, ...handshaking }),
  })
}

const agentPatience = 5000

async function agentKeys(
  { agent }: SshTarget,
  { clock, signal }: ConnectOptions,
  notes: string[],
): Promise<readonly AgentKey[]> {
  if (agent === undefined) return []
  try {
    return await inTime(`the agent`, clock, { deadline: agentPatience, signal }, readAgentKeys(agent))
  } catch {
    notes.push(`the agent at ${agent} gives no answer`)
    return []
  }
}

async function channelThrough(
  jump: Client,
  target: SshTarget,
  { clock, deadline, signal }: { clock: Clock; deadline: number; signal: AbortSignal },
) {
  const opening = through(jump, target)
  try {
    return await inTime(`the way to ${target.name}`, clock, { deadline, signal }, opening)
  } catch (error) {
    opening.then(
      (late) => late.destroy(),
      () => {},
    )
    throw sshError(target.name, error)
  }
}
