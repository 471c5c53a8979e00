import { homedir, hostname, userInfo } from 'node:os'
import { AbeyanceError } from '../../core/error.ts'
import { expandWords } from './expand-words.ts'
import { readSshConfig, type HostWords } from './ssh-config.ts'
import type { SshSettings } from './ssh-settings.ts'
import type { SshSurroundings } from './surroundings.ts'

/** Where a connection leads and what opens it, once settings and ssh's configuration are read. */
export interface SshTarget {
  /** `user@host`, with `:port` off port 22. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** The names that `known_hosts` may have for it, the first where it is missing. */
  readonly knownNames: readonly [string, ...string[]]
  readonly knownHostsFiles: readonly string[]
  readonly identityFiles: readonly string[]
  /** Whether the agent's other keys are left alone. */
  readonly identitiesOnly: boolean
  /** The socket of the agent. */
  readonly agent: string | undefined
  /** The host that the connection goes through. */
  readonly jump: SshTarget | undefined
}

/** Joins what the settings say with what ssh's configuration says, for the host and those on the way. Error: `invalid-configuration`. */
export async function resolveTarget(
  settings: SshSettings,
  { environment = {} }: Pick<SshSurroundings, 'environment'>,
): Promise<SshTarget> {
  const home = environment['HOME'] ?? homedir()
  const files = (settings.configFiles ?? ['~/.ssh/config', '/etc/ssh/ssh_config']).map((file) =>
    atHome(file, home),
  )

  async function resolve(
    hop: Hop,
    jump: readonly string[] | undefined,
    seen: readonly string[],
  ): Promise<SshTarget> {
    const words = await readSshConfig(hop.host, hop.user, { files, home })
    const context = contextOf(hop, words, home, environment)
    const names = [...seen, context.name]
    if (names.length > mostHops)
      throw wrong(`${settings.host} is reached through itself: ${names.join(' through ')}; mend ProxyJump`)
    const way = jump ?? jumpsOf(words, context)
    const nearest = way.at(-1)
    const before = way.length > 1 ? way.slice(0, -1) : undefined
    const through = nearest === undefined ? undefined : await resolve(parseHop(nearest), before, names)
    return targetOf(settings, words, context, through)
  }

  const written = parseHop(settings.host)
  const hop = { ...written, user: settings.user ?? written.user, port: settings.port ?? written.port }
  return resolve(hop, settings.jump, [])
}

interface Hop {
  readonly host: string
  readonly user?: string | undefined
  readonly port?: number | undefined
}

interface Context {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly alias: string | undefined
  readonly home: string
  readonly expand: (text: string) => string
}

const mostHops = 8

function contextOf(
  hop: Hop,
  words: HostWords,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Context {
  const first = (word: string) => words.get(word)?.[0]
  const local = localUser()
  const named = first('hostname')
  const host = named === undefined ? hop.host : expandWords(named, { h: hop.host })
  const user = hop.user ?? first('user') ?? local
  if (user === undefined) throw wrong(`nobody says which user to be on ${host}: set \`user\``)
  const said = hop.port ?? first('port') ?? 22
  const port = Number(said)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw wrong(`${said} is no port of ${host}`)
  const alias = first('hostkeyalias')
  const tokens = {
    d: home,
    h: host,
    i: String(process.getuid?.() ?? ''),
    k: alias ?? hop.host,
    l: hostname(),
    n: hop.host,
    p: String(port),
    r: user,
    u: local ?? user,
    L: hostname().replace(/\..*/s, ''),
  }
  const expand = (text: string) => atHome(expandWords(text, tokens, environment), home)
  return { name: `${user}@${host}${port === 22 ? '' : `:${port}`}`, host, port, user, alias, home, expand }
}

function targetOf(
  settings: SshSettings,
  words: HostWords,
  { name, host, port, user, alias, home, expand }: Context,
  jump: SshTarget | undefined,
): SshTarget {
  const all = (word: string) =>
    words
      .get(word)
      ?.filter((one) => one !== 'none')
      .map(expand)
  const known = host.toLowerCase()
  return {
    name,
    host,
    port,
    user,
    jump,
    knownNames:
      alias !== undefined ? [alias.toLowerCase()] : port === 22 ? [known] : [`[${known}]:${port}`, known],
    knownHostsFiles: settings.knownHostsFiles?.map((file) => atHome(file, home)) ?? [
      ...(all('userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'].map(expand)),
      ...(all('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    ],
    identityFiles: [
      ...new Set(
        settings.identityFiles?.map((file) => atHome(file, home)) ??
          all('identityfile') ??
          usualKeys.map(expand),
      ),
    ],
    identitiesOnly:
      settings.identityFiles !== undefined || words.get('identitiesonly')?.[0]?.toLowerCase() === 'yes',
    agent: agentOf(settings.agent ?? words.get('identityagent')?.[0], expand),
  }
}

const usualKeys = ['id_rsa', 'id_ecdsa', 'id_ed25519', 'id_dsa'].map((name) => `~/.ssh/${name}`)

/** A socket, a variable that names one, or `none`. */
function agentOf(said: string | undefined, expand: (text: string) => string): string | undefined {
  if (said === 'none') return undefined
  const variable =
    said === undefined || said === 'SSH_AUTH_SOCK' ? 'SSH_AUTH_SOCK' : /^\$(\w+)$/.exec(said)?.[1]
  return expand(variable === undefined ? (said ?? '') : `\${${variable}}`) || undefined
}

function jumpsOf(words: HostWords, { name, expand }: Context): readonly string[] {
  const jump = words.get('proxyjump')?.[0]
  const command = words.get('proxycommand')?.join(' ')
  if (jump === undefined && command !== undefined && command !== 'none')
    throw wrong(
      `ssh's configuration has a ProxyCommand for ${name}, which is not run here: write ProxyJump instead`,
    )
  return jump === undefined || jump === 'none' ? [] : jump.split(',').map((hop) => expand(hop.trim()))
}

/** `[user@]host[:port]`, also as `ssh://…`; an IPv6 address with a port is written in brackets. */
function parseHop(text: string): Hop {
  const plain = text.replace(/^ssh:\/\/(.*?)\/?$/, '$1')
  const at = plain.lastIndexOf('@')
  const place = plain.slice(at + 1)
  const [, inBrackets, named, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(place) ?? []
  const host = inBrackets ?? named ?? (/^[\da-f]*:[\da-f:.]*:/i.test(place) ? place : undefined)
  if (host === undefined) throw wrong(`"${text}" is no host: write [user@]host[:port]`)
  return {
    host,
    user: at > 0 ? plain.slice(0, at) : undefined,
    port: port === undefined ? undefined : Number(port),
  }
}

function localUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined // a process without an account, as in some containers
  }
}

function atHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path
}

function wrong(message: string): AbeyanceError {
  return new AbeyanceError('invalid-configuration', message)
}
