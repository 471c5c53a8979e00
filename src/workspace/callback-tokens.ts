import { createHash, createHmac, randomBytes } from 'node:crypto'
import { AbeyanceError } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { keyFile } from '../core/key-file.ts'
import { readTextIfThere } from '../core/system/files.ts'
import type { Callback } from '../modules/asked-wait.ts'

type Made = NonNullable<Callback['made']>

/**
 * A token follows from the key of the workspace, a file that its user alone may read, from its wait and from a nonce. Records hold nonce and
 * hash: they know the token again and give nobody one, and it can be told again after a restart. Made by whoever drives, so once.
 */
export async function makeToken(keyPath: string, wait: JobKey): Promise<Made> {
  const key = await keyFile(keyPath)
  const nonce = randomBytes(16).toString('base64url')
  return { nonce, hash: hashOfToken(tokenFrom(key, wait, nonce)) }
}

/** @throws `workspace-damaged` where the key is not the one that it was made with */
export async function tellToken(keyPath: string, wait: JobKey, { nonce, hash }: Made): Promise<string> {
  const key = await readTextIfThere(keyPath)
  const token = key === undefined ? undefined : tokenFrom(key, wait, nonce)
  if (token !== undefined && hashOfToken(token) === hash) return token
  throw new AbeyanceError(
    'workspace-damaged',
    `the token cannot be told again, since ${keyPath} is not what it was made with; whoever was told it may still use it, \`abeyance answer\` does without it`,
  )
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** 256 bits, in characters that need no escaping in an address. */
function tokenFrom(key: string, wait: JobKey, nonce: string): string {
  return createHmac('sha256', key.trim()).update(`callback\n${wait}\n${nonce}`).digest('base64url')
}
