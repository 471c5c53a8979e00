import { AbeyanceError, isAbeyanceError } from '../../core/error.ts'
import { quote } from '../../core/quote.ts'
import type { ShellAnswer } from '../transport.ts'

/**
 * SFTP has one word for a full disk, a used-up quota and much else. A shell there says more when it tries the same; what it
 * cannot explain stays as it is.
 */
export async function whyNotWritten(
  host: string,
  path: string,
  error: unknown,
  run: (script: string) => Promise<ShellAnswer>,
): Promise<unknown> {
  if (!isAbeyanceError(error, 'transport-failed')) return error
  const answer = await run(trying(path)).catch(() => undefined)
  const said = answer && new TextDecoder().decode(answer.stderr).trim()
  const found = causes.find(([words]) => said !== undefined && words.test(said))
  if (!found) return error
  const [, code, advice] = found
  return new AbeyanceError(code, `${host} could not write ${path}: ${advice}`, { cause: error })
}

const causes = [
  [
    /No space left/i,
    'disk-full',
    'its disk is full: free some space there, then try again; nothing was lost',
  ],
  [/quota/i, 'disk-full', 'your quota there is used up: free some space, then try again; nothing was lost'],
  [/Read-only file system/i, 'not-writable', 'its file system is read-only: choose another folder'],
  [/Is a directory/i, 'invalid-value', 'a folder is at this path'],
  [/Not a directory|Directory nonexistent/i, 'missing-file', 'a part of the path is not a folder'],
  [/File name too long/i, 'invalid-value', 'the name is too long for its file system'],
] as const

/** As much as a block or two, since the last bytes of a disk or a quota may still take a few. */
function trying(path: string): string {
  const folder = path.replace(/\/[^/]*$/, '') || '/'
  const at = folder.startsWith('/') ? quote(folder) : `"$HOME"/${quote(folder.replace(/^~\/?/, '') || '.')}`
  return `LC_ALL=C; export LC_ALL
there=${at}/${quote(path.replace(/^.*\//, ''))}
if [ -d "$there" ]; then echo 'Is a directory' >&2; else ls -d "$there"; fi
probe=${at}/.abeyance.$$
head -c 262144 /dev/zero >"$probe"
rm -f "$probe"
`
}
