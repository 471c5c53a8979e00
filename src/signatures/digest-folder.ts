import { join } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { digest, type Digest } from '../core/ids.ts'
import { readFolder, readLink, stat, type FileStat } from '../core/system/files.ts'
import { canonicalText } from './canonical-text.ts'
import { isSameFile } from './file-identity.ts'
import { sha256 } from './sha256.ts'

type Entry =
  | readonly [path: string, kind: 'file', digest: Digest]
  | readonly [path: string, kind: 'folder']
  | readonly [path: string, kind: 'link', target: string]

/**
 * SHA-256 over the sorted entries of a folder, at any depth: files by what `digestOf` says, links by what they point at, folders
 * by being there, so that an empty one counts (rule S3). `files` is how many files it holds. A folder whose entries come
 * or go meanwhile is `changed-file`.
 */
export async function digestFolder(
  path: string,
  digestOf: (path: string) => Promise<Digest>,
): Promise<{ readonly digest: Digest; readonly files: number }> {
  const entries: Entry[] = []
  const seen: { readonly path: string; readonly before: FileStat }[] = []
  const folders = ['']
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop()) {
    const folder = join(path, inside)
    seen.push({ path: folder, before: await stat(folder) })
    for (const found of await readFolder(folder)) {
      const name = inside === '' ? found.name : `${inside}/${found.name}`
      const whole = join(path, name)
      if (found.isDirectory()) {
        entries.push([name, 'folder'])
        folders.push(name)
      } else if (found.isFile()) entries.push([name, 'file', await digestOf(whole)])
      else if (found.isSymbolicLink()) entries.push([name, 'link', await readLink(whole)])
      else
        throw new AbeyanceError(
          'invalid-value',
          `${whole} is neither file, folder nor link: remove it from the folder`,
        )
    }
  }
  await checkUnchanged(seen)
  entries.sort(([a], [b]) => (a < b ? -1 : 1)) // by UTF-16 units: the same under every locale
  const files = entries.filter(([, kind]) => kind === 'file').length
  return { digest: digest(sha256(canonicalText(entries))), files }
}

async function checkUnchanged(
  folders: readonly { readonly path: string; readonly before: FileStat }[],
): Promise<void> {
  for (const { path, before } of folders)
    if (!isSameFile(before, await stat(path)))
      throw new AbeyanceError(
        'changed-file',
        `the folder ${path} changed while it was read: wait until nothing writes to it, then start again`,
      )
}
