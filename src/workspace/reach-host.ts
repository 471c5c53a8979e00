import { duration } from '../core/duration.ts'
import type { DocumentPath } from '../pipeline/problem.ts'
import type { SshOptions } from '../transports/ssh.ts'
import type { Ask, Transport } from '../transports/transport.ts'
import type { Reached } from './configuration-destination.ts'
import { fromFolder, lookUpSecret, type SecretContext } from './look-up-secret.ts'
import { sharedHosts } from './shared-state.ts'

export interface ReachContext extends SecretContext {
  /** Answers what the host asks at a login, where somebody is there. */
  readonly ask?: Ask
}

/** The way to a host that a destination names; nothing is read of ssh's configuration and nothing connected to before it is needed. */
export async function reachHost(
  reached: Reached,
  path: DocumentPath,
  context: ReachContext,
): Promise<Transport> {
  const { ssh } = await import('../transports/ssh.ts')
  return ssh(await sshOptions(reached, path, context))
}

async function sshOptions(
  { key, jump, ssh, ...reached }: Reached,
  path: DocumentPath,
  context: ReachContext,
): Promise<SshOptions> {
  const { config, knownHosts, connectTimeout, keepalive, ...others } = ssh
  const files = (named: string | readonly string[]) =>
    listOf(named).map((file) => fromFolder(context.folder, file))
  return {
    ...reached,
    ...others,
    ...(await keyOptions(key, [...path, 'key', 'passphrase'], context)),
    ...(jump !== undefined && { jump: listOf(jump) }),
    ...(config !== undefined && { configFiles: files(config) }),
    ...(knownHosts !== undefined && { knownHostsFiles: files(knownHosts) }),
    ...(connectTimeout !== undefined && { connectTimeout: duration(connectTimeout) }),
    ...(keepalive !== undefined && { keepalive: duration(keepalive) }),
    ...(context.ask && { ask: context.ask }),
    folder: sharedHosts(context.folder, context.environment),
    environment: asRecord((name) => context.environment(name)),
  }
}

async function keyOptions(
  key: Reached['key'],
  path: DocumentPath,
  context: SecretContext,
): Promise<Pick<SshOptions, 'identityFiles' | 'passphrase'>> {
  if (key === undefined) return {}
  if (typeof key === 'string') return { identityFiles: [fromFolder(context.folder, key)] }
  const identityFiles = [fromFolder(context.folder, key.file)]
  if (key.passphrase === undefined) return { identityFiles }
  const passphrase = await lookUpSecret(key.passphrase, path, context)
  return { identityFiles, passphrase: async () => passphrase }
}

function listOf(named: string | readonly string[]): readonly string[] {
  return typeof named === 'string' ? [named] : named
}

/** Variables are asked for one by one: nobody is handed all of them. */
function asRecord(
  environment: (name: string) => string | undefined,
): Readonly<Record<string, string | undefined>> {
  const nothing: Record<string, string | undefined> = {}
  return new Proxy(nothing, { get: (_, name) => (typeof name === 'string' ? environment(name) : undefined) })
}
