import { createHash } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import { messageOf } from '../../core/error.ts'
import { readBytes, readTextIfThere, statIfThere } from '../../core/system/files.ts'
import type { SshSurroundings } from './surroundings.ts'

/** Reads private keys; one that was decrypted is kept, as decrypting blocks the event loop for half a second. */
export interface KeyFiles {
  /** The key, or why it cannot be used; undefined where there is no such file. Nothing of the key is in the reason. */
  read(file: string): Promise<{ readonly key: ParsedKey } | { readonly unusable: string } | undefined>
  /** Whose key it is, without opening it. */
  publicHalf(file: string): Promise<Uint8Array | undefined>
}

export function openKeyFiles(passphrase: SshSurroundings['passphrase']): KeyFiles {
  const decrypted = new Map<string, ParsedKey>()
  return {
    async read(file) {
      const found = await statIfThere(file).catch(() => undefined)
      if (!found) return undefined
      if (Number(found.mode & 0o077n) !== 0 && Number(found.uid) === process.getuid?.())
        return { unusable: `${file} can be read by others: chmod 600 it` }
      try {
        const bytes = Buffer.from(await readBytes(file))
        const print = createHash('sha256').update(bytes).digest('base64')
        const known = decrypted.get(print)
        if (known) return { key: known }
        const { key, wasEncrypted } = await open(file, bytes, passphrase)
        if (wasEncrypted) decrypted.set(print, key)
        return { key }
      } catch (error) {
        return { unusable: messageOf(error) }
      }
    },
    async publicHalf(file) {
      const { utils } = (await import('ssh2')).default
      const beside = await textOf(`${file.replace(/\.pub$/, '')}.pub`)
      const key = beside === undefined ? undefined : utils.parseKey(beside)
      if (key !== undefined && !(key instanceof Error)) return key.getPublicSSH()
      return publicHead((await textOf(file)) ?? '')
    },
  }
}

const textOf = (file: string) => readTextIfThere(file).catch(() => undefined)

/** OpenSSH's own format has the public half before the private one, in the clear: after its magic, three strings and a count. */
function publicHead(text: string): Uint8Array | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1]
  if (body === undefined) return undefined
  const bytes = Buffer.from(body, 'base64')
  try {
    let at = 'openssh-key-v1\0'.length
    for (let passed = 0; passed < 3; passed++) at += 4 + bytes.readUInt32BE(at)
    at += 4
    return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at))
  } catch {
    return undefined // cut short
  }
}

async function open(
  file: string,
  bytes: Buffer,
  passphrase: SshSurroundings['passphrase'],
): Promise<{ key: ParsedKey; wasEncrypted: boolean }> {
  const { utils } = (await import('ssh2')).default
  const plain = parsed(utils.parseKey(bytes))
  if (!(plain instanceof Error)) {
    if (!plain.isPrivateKey()) throw new Error(`${file} is a public key: name the private one`)
    return { key: plain, wasEncrypted: false }
  }
  if (!plain.message.includes('no passphrase')) throw new Error(`${file} is no key that can be read`)
  const word = await passphrase?.(file)
  if (word === undefined) throw new Error(`${file} is encrypted, and no passphrase was given`)
  const key = parsed(utils.parseKey(bytes, word))
  if (key instanceof Error) throw new Error(`${file} is encrypted, and the passphrase given is not its own`)
  return { key, wasEncrypted: true }
}

// Some formats give a list, of which the types know nothing.
function parsed(key: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if ('length' in key) return key[0] ?? new Error('empty')
  return key
}
