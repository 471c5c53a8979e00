import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { link, readText, readTextIfThere, remove, systemCode } from './system/files.ts'
import { publish, syncFolder } from './system/publish.ts'

/** 256 secret bits as text, kept in a file that its user alone may read; made where there is none, and durable before anything is made with it. */
export async function keyFile(path: string): Promise<string> {
  return ((await readTextIfThere(path)) ?? (await makeKey(path))).trim()
}

/** Several may begin at once, and the first key stays: a link replaces none. */
async function makeKey(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(8).toString('hex')}.draft`
  try {
    await publish(draft, `${randomBytes(32).toString('base64url')}\n`, 0o600)
    await link(draft, path)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  } finally {
    await remove(draft)
  }
  await syncFolder(dirname(path))
  return readText(path)
}
