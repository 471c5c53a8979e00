import { tag, type Tag } from '../core/ids.ts'
import type { FolderSizes } from './host-disk.ts'

/**
 * `sizes WHEN NAME...`: prints `NONCE size WHEN KILOBYTES NAME` for folders under `$root`, which it stands in. What a folder
 * shares with the cache by hard links counts to the cache, which comes first; names come in portions, as a command line is bounded.
 */
export const sizing = `
sizes() {
  when=$1
  shift
  cached=
  if [ -d cache ]; then cached=cache; fi
  # shellcheck disable=SC2086
  for name in $cached "$@"; do
    if [ -d "$name" ]; then printf '%s\\n' "$name"; fi
  done | xargs -n 4000 du -sk $cached 2>/dev/null | while read -r kilobytes name; do
    say "size $when $kilobytes $name"
  done
}
`

/** Of one `when`; sizes of what comes again in another portion are said again, and count once. */
export function readSizes(text: string, nonce: string, when: string): FolderSizes {
  const attempts = new Map<Tag, number>()
  const others = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [mark, kind, asked, kilobytes, name] = line.split(' ')
    if (mark !== nonce || kind !== 'size' || asked !== when || name === undefined) continue
    const bytes = Number(kilobytes) * 1024
    if (!Number.isFinite(bytes)) continue
    if (isTag(name)) attempts.set(tag(name), bytes)
    else if (!others.has(name)) others.set(name, bytes)
  }
  const trash = [...others].flatMap(([name, bytes]) => (name.startsWith('.trash.') ? [bytes] : []))
  return {
    attempts,
    cache: others.get('cache') ?? 0,
    leftovers: trash.reduce((sum, bytes) => sum + bytes, 0),
  }
}

function isTag(name: string): boolean {
  return /^j[a-z0-9]+$/.test(name)
}
