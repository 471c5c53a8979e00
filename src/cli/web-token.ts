import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { chmod, readTextIfThere, stat } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { stateFolder } from '../workspace/state-folder.ts'

/** The token of a workspace's page, made once; for its owner's eyes only. Remove the file, and the next start makes another and ends all sessions. */
export async function webToken(folder: string): Promise<{ readonly path: string; readonly token: string }> {
  const path = join(stateFolder(folder).root, 'web-token')
  const known = (await readTextIfThere(path))?.trim()
  if (known !== undefined && known.length >= 32) {
    if ((Number((await stat(path)).mode) & 0o077) !== 0) await chmod(path, 0o600)
    return { path, token: known }
  }
  const token = randomBytes(32).toString('base64url')
  await publish(path, `${token}\n`, 0o600)
  return { path, token }
}
