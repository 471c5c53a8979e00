import { posix } from 'node:path'
import { AbeyanceError, type ErrorCode } from '../core/error.ts'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import type { Where } from '../pipeline/pipeline.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { digestOfStat } from './digest-stat.ts'

/** A file on a machine, looked at there. `path` is absolute. `weak`: the digest is of size and time alone. */
export interface FoundThere {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly digest: Digest
  readonly weak: boolean
}

/** What is larger is signed by size and time where its user did not say how (rule S3): to read it might take minutes. */
const largestRead = 2 ** 30

/**
 * Looks at a file on a machine, at a path that is absolute or begins with `~/`, in one request: it is hashed there, or signed by
 * size and time, and nothing of it travels. `missing-file` where there is none.
 */
export async function lookThere(
  transport: Transport,
  path: string,
  sign: Where['sign'],
  request: RequestOptions,
): Promise<FoundThere> {
  if (!/^(?:\/|~\/)./.test(path) || path.endsWith('/') || path.includes('\0'))
    throw new AbeyanceError(
      'invalid-value',
      `${JSON.stringify(path)} is on ${transport.name}: give its absolute path there, or one that begins with ~/`,
    )
  const { code, stdout, stderr } = await transport.run(script(path, sign), request)
  const [size = '', time = '', content = '', home = ''] = new TextDecoder().decode(stdout).split('\n')
  const mtimeNs = nanoseconds(time)
  if (code !== 0 || !/^\d+$/.test(size) || mtimeNs === undefined || !/^(?:[0-9a-f]{64})?$/.test(content)) {
    const [error, words] = faults[code] ?? ['transport-failed', 'could not be looked at']
    const said = new TextDecoder().decode(stderr).trim()
    throw new AbeyanceError(error, `${path} ${words} on ${transport.name}${said && `: ${said}`}`)
  }
  const pinned = typeof sign === 'object' ? sign.pinned : undefined
  const weak = pinned === undefined && content === ''
  return {
    path: path.startsWith('~/') ? `${home}${path.slice(1)}` : path,
    name: posix.basename(path),
    size: Number(size),
    digest: weak ? digestOfStat(size, mtimeNs) : asDigest(pinned ?? content),
    weak,
  }
}

const faults: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  3: ['missing-file', 'is not there'],
  4: ['invalid-value', 'is no file: give a file'],
  5: ['invalid-value', 'cannot be read: see that you may read it'],
  6: ['changed-file', 'changed while it was read: wait until nothing writes to it, then start again'],
}

/** `file_stat PATH`: size and time of change, as exactly as the machine's `stat` can say it; GNU's, BSD's, busybox's. */
export const fileStat = `file_stat() {
  stat=$(stat -Lc '%s %.9Y' "$1" 2>/dev/null) || stat=$(stat -Lf '%z %Fm' "$1" 2>/dev/null) || stat=
  case $stat in ''|*[!0-9.\\ ]*) stat=$(stat -Lc '%s %Y' "$1") || return 1 ;; esac
  printf '%s\\n' "$stat"
}`

/** Seconds with a fraction, as nanoseconds; undefined for anything else. */
export function nanoseconds(time: string): string | undefined {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(time) ?? []
  return seconds === undefined ? undefined : String(BigInt(seconds + fraction.padEnd(9, '0')))
}

function script(path: string, sign: Where['sign']): string {
  const reads = sign === 'content' ? 'true' : sign === undefined ? `[ "$size" -le ${largestRead} ]` : 'false'
  return `{
file=${shellPath(path)}
if [ ! -e "$file" ]; then exit 3; fi
if [ ! -f "$file" ]; then exit 4; fi
${fileStat}
said=$(file_stat "$file") || exit 5
size=\${said% *} content=''
if ${reads}; then
  if command -v sha256sum >/dev/null 2>&1; then content=$(sha256sum <"$file") || exit 5
  else content=$(shasum -a 256 <"$file") || exit 5; fi
  if [ "$(file_stat "$file")" != "$said" ]; then exit 6; fi
fi
printf '%s\\n' "$size" "\${said#* }" "\${content%% *}" "$HOME"
} </dev/null
`
}
