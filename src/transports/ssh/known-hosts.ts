import { createHmac } from 'node:crypto'
import { globMatches } from './glob-matches.ts'

/** A line of a `known_hosts` file. */
export interface KnownKey {
  readonly marker: 'revoked' | 'cert-authority' | undefined
  /** Names and patterns, or one hashed name. */
  readonly hosts: readonly string[]
  /** `ssh-ed25519`, `ssh-rsa`, ... */
  readonly type: string
  /** In base64, as it stands in the file. */
  readonly key: string
  readonly file: string
  readonly line: number
}

/** Reads a `known_hosts` file; comments and lines that are no entries are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): readonly KnownKey[] {
  const known: KnownKey[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[ \t]+/)
    const marker = markers.get(words[0] ?? '')
    if (marker !== undefined) words.shift()
    const [hosts = '', type = '', key = ''] = words
    if (hosts === '' || hosts.startsWith('#') || hosts.startsWith('@') || !/^[A-Za-z0-9+/]+=*$/.test(key))
      continue
    known.push({ marker, hosts: hosts.split(','), type, key, file, line: at + 1 })
  }
  return known
}

/** Whether an entry speaks of a host, named as OpenSSH names it in these files: `host`, or `[host]:port` off port 22. */
export function speaksOf({ hosts }: Pick<KnownKey, 'hosts'>, name: string): boolean {
  let found = false
  for (const pattern of hosts) {
    if (pattern.startsWith('|1|')) found ||= isHashOf(pattern, name)
    else if (pattern.startsWith('!')) {
      if (globMatches(pattern.slice(1).toLowerCase(), name)) return false
    } else found ||= globMatches(pattern.toLowerCase(), name)
  }
  return found
}

const markers = new Map<string, 'revoked' | 'cert-authority'>([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
])

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt. */
function isHashOf(hashed: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|')
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}
