import { createHash } from 'node:crypto'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import { AbeyanceError } from '../../core/error.ts'
import { quote } from '../../core/quote.ts'
import { readTextIfThere } from '../../core/system/files.ts'
import { parseKnownHosts, speaksOf, type KnownKey } from './known-hosts.ts'
import type { SshTarget } from './target.ts'

/** What the `known_hosts` files say of a host. */
export interface HostKeys {
  /**
   * To be offered in this order: those of keys that are known first, as OpenSSH does. A host known by one key would
   * otherwise show another of its keys, and be refused.
   */
  readonly algorithms: ServerHostKeyAlgorithm[]
  /** Why a key is not to be trusted, or undefined for one that is. `key` is as it came over the wire. */
  refusal(key: Uint8Array): AbeyanceError | undefined
}

type Asked = Pick<SshTarget, 'name' | 'host' | 'port' | 'knownNames' | 'knownHostsFiles'> & {
  readonly jump: object | undefined
}

/** Reads the files anew each time, so that a key that was accepted meanwhile counts at once. */
export async function readHostKeys(target: Asked): Promise<HostKeys> {
  const texts = await Promise.all(
    target.knownHostsFiles.map(async (file) => parseKnownHosts((await readTextIfThere(file)) ?? '', file)),
  )
  const known = texts.flat()
  return judgeBy(
    target,
    target.knownNames.map((name) => known.filter((entry) => speaksOf(entry, name))),
  )
}

/** The entries under each of the host's names; those under another than the first can only confirm a key. */
function judgeBy(target: Asked, entries: readonly (readonly KnownKey[])[]): HostKeys {
  const all = entries.flat()
  const keys = all.filter(({ marker }) => marker === undefined)
  const types = new Set(keys.map(({ type }) => type))
  const isKnown = (algorithm: ServerHostKeyAlgorithm) =>
    types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
  return {
    algorithms: [...usual.filter(isKnown), ...usual.filter((one) => !isKnown(one))],
    refusal(bytes) {
      const key = Buffer.from(bytes)
      const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0))
      const shown = { type, key }
      const same = (entry: KnownKey) => Buffer.from(entry.key, 'base64').equals(key)
      const revoked = all.find((entry) => entry.marker === 'revoked' && same(entry))
      if (revoked) return revokedKey(target, shown, revoked)
      if (keys.some(same)) return undefined
      const other = entries[0]?.find((entry) => entry.marker === undefined && entry.type === type)
      if (other) return changedKey(target, shown, other)
      return unknownKey(target, shown, all)
    },
  }
}

const usual: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
]

interface ShownKey {
  readonly type: string
  readonly key: Buffer
}

function unknownKey(target: Asked, shown: ShownKey, all: readonly KnownKey[]): AbeyanceError {
  const command = acceptCommand(target, shown)
  const others = all.map(({ type, marker, file, line }) =>
    marker === 'cert-authority'
      ? `a certificate authority, which cannot be checked here (${file}:${line})`
      : `its ${type} (${file}:${line})`,
  )
  const known = others.length === 0 ? '' : `; known is only ${others.join(', ')}`
  return new AbeyanceError(
    'host-key-unknown',
    `nobody vouches for the key of ${target.name}: ${named(shown)}${known}. Compare it with what its administrators publish, then accept it with: ${command}`,
    { details: { ...detailsOf(target, shown), command } },
  )
}

function changedKey(target: Asked, shown: ShownKey, known: KnownKey): AbeyanceError {
  const was = fingerprint(Buffer.from(known.key, 'base64'))
  const name = target.knownNames[0]
  const command = `ssh-keygen -R ${quote(name)} -f ${quote(known.file)} && ${acceptCommand(target, shown)}`
  return new AbeyanceError(
    'host-key-changed',
    `the key of ${target.name} has changed: it shows ${named(shown)}, but ${known.file}:${known.line} has ${was}. Somebody may stand in between. Only if its administrators confirm the new key, accept it with: ${command}`,
    { details: { ...detailsOf(target, shown), command, known: { file: known.file, line: known.line } } },
  )
}

function revokedKey(target: Asked, shown: ShownKey, { file, line }: KnownKey): AbeyanceError {
  return new AbeyanceError(
    'host-key-revoked',
    `the key of ${target.name} is revoked: ${named(shown)}, by ${file}:${line}. Ask its administrators; do not connect`,
    { details: { ...detailsOf(target, shown), known: { file, line } } },
  )
}

/** `ssh-keyscan` where it can reach the host and finds its name; else the very line. */
function acceptCommand(target: Asked, { type, key }: ShownKey): string {
  const file = quote(target.knownHostsFiles[0] ?? '~/.ssh/known_hosts').replace(/^'~\//, "~/'")
  const name = target.knownNames[0]
  const direct = target.jump === undefined && (name.startsWith('[') || name === target.host.toLowerCase())
  if (!direct) return `echo ${quote(`${name} ${type} ${key.toString('base64')}`)} >> ${file}`
  const kind = /^(?:ssh-)?(ed25519|rsa|dss|ecdsa)/.exec(type)?.[1] ?? type
  const port = target.port === 22 ? '' : `-p ${target.port} `
  return `ssh-keyscan ${port}-t ${kind} ${quote(target.host)} >> ${file}`
}

function detailsOf(target: Asked, shown: ShownKey) {
  return { host: target.name, type: shown.type, fingerprint: fingerprint(shown.key) }
}

const named = (shown: ShownKey) => `${shown.type} ${fingerprint(shown.key)}`

/** As `ssh-keygen -l` shows it. */
function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}
