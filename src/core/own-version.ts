import { fileURLToPath } from 'node:url'
import { isJsonObject, parseJson } from './json.ts'
import { readText } from './system/files.ts'

/** The version of this package, as its package.json says. */
export async function ownVersion(): Promise<string> {
  const manifest = parseJson(await readText(fileURLToPath(new URL('../../package.json', import.meta.url))))
  return isJsonObject(manifest) && typeof manifest.version === 'string' ? manifest.version : 'unknown'
}
