import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'

/** Where `servers.sh` keeps the state of the servers, and where tests find them. */
export const live = process.env['ABEYANCE_LIVE'] ?? '/tmp/abeyance-live'

export const servers = [
  'sshd',
  'slurm',
  'gridengine',
  'torque',
  'pulsar',
  'rabbitmq',
  'pulsar-queues',
] as const
export type Server = (typeof servers)[number]

/** Why a server is not there; undefined when it is. */
export function absent(server: Server): string | undefined {
  if (existsSync(join(live, 'ready', server))) return undefined
  const said = join(live, 'failed', server)
  const reason = existsSync(said) ? readFileSync(said, 'utf8').trim().split('\n').at(-1) : undefined
  return reason || 'it was not started: test/live/servers/servers.sh start'
}

/** The unprivileged user that jobs run as. */
export const liveUser = process.env['ABEYANCE_LIVE_USER'] ?? 'abeyance-live'

/** How to get to this machine as that user, or by another port, such as a proxy's before it. */
export function sshSettings(port = sshPort()): SshSettings {
  return {
    host: '127.0.0.1',
    port,
    user: liveUser,
    configFiles: [],
    knownHostsFiles: [join(live, 'sshd/known-hosts')], // of any port
    identityFiles: [join(live, 'sshd/key')],
    agent: 'none',
    connectionsPerDay: 100_000,
  }
}

/** The port of sshd. */
export function sshPort(): number {
  const [, port] = /^sshPort=(\d+)$/m.exec(readFileSync(join(live, 'settings'), 'utf8')) ?? []
  return Number(port)
}

/** The configuration for `ssh -F` and its like, of a host named `live`. */
export const sshConfig = join(live, 'sshd/ssh_config')

/** A folder of the user's, for work folders. */
export const workFolder = join(live, 'work')

/** What a shell needs before the commands of PBS, and before those of Grid Engine where sshd did not say where it is. */
export const torquePrelude = `PATH=${join(live, 'torque/bin')}:$PATH`
export const gridenginePrelude = `. ${join(live, 'gridengine/root/default/common/settings.sh')}`

/** A Pulsar server: its address and token, and where its jobs are. */
export function pulsarServer(name: 'pulsar' | 'pulsar-queues' = 'pulsar'): {
  readonly url: string
  readonly token: string
  readonly staging: string
} {
  const folder = join(live, name)
  const [, url = ''] = /^pulsarUrl=(.+)$/m.exec(readFileSync(join(folder, 'settings'), 'utf8')) ?? []
  return { url, token: readFileSync(join(folder, 'token'), 'utf8'), staging: join(folder, 'staging') }
}

/** The broker with the Pulsar server behind it, and where that one's jobs are. */
export function rabbitmq(): { readonly broker: string; readonly password: string; readonly staging: string } {
  const folder = join(live, 'rabbitmq')
  const [, broker = ''] = /^amqpUrl=(.+)$/m.exec(readFileSync(join(folder, 'settings'), 'utf8')) ?? []
  return {
    broker,
    password: readFileSync(join(folder, 'password'), 'utf8'),
    staging: join(folder, 'staging'),
  }
}
