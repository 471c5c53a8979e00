import { randomUUID } from 'node:crypto'
import { digest as asDigest, type Digest } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { hashing } from './host-hashing.ts'
import { hostFault } from './host-fault.ts'

export interface PinQuestion {
  readonly transport: Transport
  /** The folder there that paths are relative to. */
  readonly folder: string
  /** The folder there of what stays, and the cache beside it, both by content. */
  readonly kept: string
  readonly cache: string
  readonly request: RequestOptions
}

export interface PinnedFile {
  readonly digest: Digest
  readonly size: number
}

/**
 * Keeps files on the machine that made them, under their SHA-256 as it says itself; nothing travels. A hard link where it may
 * be, so that it costs nothing, else a copy; in the cache too, so that inputs are linked from there. Safe to repeat.
 */
export async function pinFiles(
  { transport, folder, kept, cache, request }: PinQuestion,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PinnedFile>> {
  if (paths.length === 0) return new Map()
  const nonce = randomUUID()
  const { code, stdout, stderr } = await transport.run(
    `{
kept=${shellPath(kept)} cache=${shellPath(cache)}
mkdir -p "$kept" "$cache" && cd ${shellPath(folder)} || exit 1
${hashing}
${pinning}
${paths.map((path) => `pin ${quote(`./${path}`)}`).join('\n')}
exit 0
} </dev/null
`.replaceAll('NONCE', nonce),
    request,
  )
  const answers = new TextDecoder()
    .decode(stdout)
    .split('\n')
    .filter((line) => line.startsWith(`${nonce} `))
  if (code !== 0 || answers.length !== paths.length)
    throw hostFault('outputs could not be kept on', transport.name, stderr)
  return new Map(
    paths.map((path, index) => {
      const [, digest = '', size] = (answers[index] ?? '').split(/ +/)
      return [path, { digest: asDigest(digest), size: Number(size) }]
    }),
  )
}

// What a link leads to may be anybody's: it is copied, so that nobody else writes to what is kept. It is hashed under the name
// that nobody else knows, after nobody may write to it, and only then named by what is in it.
const pinning = `
pin() {
  mine=$cache/.in.NONCE
  rm -f "$mine"
  if [ -h "$1" ] || ! ln "$1" "$mine" 2>/dev/null; then cp "$1" "$mine" || exit 1; fi
  chmod 444 "$mine" || exit 1
  digest=$(sha256 <"$mine") && digest=\${digest%% *} && [ -n "$digest" ] || exit 1
  size=$(wc -c <"$mine") || exit 1
  if [ -e "$kept/$digest" ]; then rm -f "$mine"; else mv -f "$mine" "$kept/$digest" || exit 1; fi
  if [ ! -e "$cache/$digest" ]; then ln "$kept/$digest" "$cache/$digest" 2>/dev/null; fi
  printf 'NONCE %s %s\\n' "$digest" "$((size))"
}
`
