import { randomUUID } from 'node:crypto'
import { posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { shellPath } from '../core/shell-path.ts'
import { digestOfStat } from '../signatures/digest-stat.ts'
import { fileStat, nanoseconds } from '../signatures/look-there.ts'
import { changed } from './content.ts'
import { objectFile, type FarInput, type GatheredFile } from './gather-inputs.ts'
import { hashing } from './host-hashing.ts'
import { hostFault } from './host-fault.ts'
import type { RemoteLink } from './make-links.ts'
import type { FarFile } from './places.ts'
import { privateFolder } from './private-folder.ts'
import type { StagedFile, Staging } from './staging.ts'

/** What becomes of inputs that did not come home. */
export interface PlacedFar {
  /** These are in the cache of the machine, and only have to be linked. */
  readonly cached: readonly StagedFile[]
  /** Files of their user's there, by content: to be found right before the command starts. */
  readonly used: readonly StagedFile[]
  readonly links: readonly RemoteLink[]
  /** These came home, since they are on another machine. */
  readonly files: readonly GatheredFile[]
}

/**
 * Uses what is on the machine already, and brings home what is on another: the fewest bytes that will do. What stayed on this
 * machine and is lost is `missing-file`; a file of its user's that is not what was signed is `changed-file`.
 */
export async function placeFar(staging: Staging, far: readonly FarInput[]): Promise<PlacedFar> {
  const cached: StagedFile[] = []
  const used: StagedFile[] = []
  const links: RemoteLink[] = []
  const files: GatheredFile[] = []
  const there = await whatIsThere(staging, far)
  for (const [index, { path, value }] of far.entries()) {
    const found = there.get(index)
    if (found === undefined) files.push(await fromHome(staging, path, value))
    else if (value.at.pinned) cached.push({ path, digest: value.digest })
    else {
      links.push({ path, target: value.at.path })
      if (value.at.signed !== 'stat') used.push({ path, digest: value.digest })
      else if (found !== value.digest) throw changed(`${value.at.path} on ${staging.transport.name}`)
    }
  }
  return { cached, used, links, files }
}

async function fromHome(staging: Staging, path: string, value: FarFile): Promise<GatheredFile> {
  const { objects, stays, transport, request } = staging
  const isHome = value.at.signed !== 'stat' && (await objects.has(value.digest))
  if (isHome) return objectFile(objects, path, value.digest, value.name)
  if (stays === undefined || (stays.places.own === value.at.destination && !value.at.pinned))
    throw new AbeyanceError(
      'missing-file',
      `${value.at.path} is not on ${transport.name}: check the path, or put it there`,
    )
  if (stays.places.own === value.at.destination) throw await stays.places.lost(value)
  return objectFile(objects, path, await stays.places.bring(value, request), value.name)
}

/**
 * Of the inputs that may be on this machine, by their index: what is there, with the digest that tells whether it is right where
 * that can be told now. What stays there is seen to be in the cache.
 */
async function whatIsThere(
  { transport, cache, stays, doubt, request }: Staging,
  far: readonly FarInput[],
): Promise<ReadonlyMap<number, string>> {
  const isNear = ({ destination }: FarFile['at']) => stays?.places.isNear(destination) ?? true
  const lines = far.flatMap(({ value }, index) => (isNear(value.at) ? [question(index, value)] : []))
  if (lines.length === 0) return new Map()
  const nonce = randomUUID()
  const { code, stdout, stderr } = await transport.run(
    `{
cache=${shellPath(cache)} kept=${stays ? shellPath(stays.folder) : "''"} doubt=${doubt ? 'yes' : "''"}
say() { printf '${nonce} %s %s\\n' "$1" "$2"; }
${hashing}
${fileStat}
${steps}
make_root() { ${privateFolder(posix.dirname(cache))}; }
${lines.join('\n')}
exit 0
} </dev/null
`,
    request,
  )
  if (code !== 0) throw hostFault('inputs could not be looked for on', transport.name, stderr)
  const there = new Map<number, string>()
  for (const line of new TextDecoder().decode(stdout).split('\n')) {
    const [mark, index, ...words] = line.split(' ')
    if (mark === nonce) there.set(Number(index), foundDigest(words))
  }
  return there
}

function question(index: number, { digest, size, at }: FarFile): string {
  const path = shellPath(at.path)
  return at.pinned
    ? `pinned ${index} ${digest} ${size} ${path}`
    : `named ${index} ${path}${at.signed ? ' stat' : ''}`
}

/** `SIZE TIME` of a file that was signed so, else nothing. */
function foundDigest([size, time]: readonly string[]): string {
  const mtimeNs = time === undefined ? undefined : nanoseconds(time)
  return size === undefined || mtimeNs === undefined ? '' : digestOfStat(size, mtimeNs)
}

const steps = `
# pinned INDEX DIGEST SIZE PATH: what is damaged is not used; it is put aside, as there may be no other. What cannot be read now is not
# known to be damaged.
pinned() {
  if [ ! -f "$cache/$2" ]; then
    from=$kept/$2
    [ -f "$from" ] || from=$4
    [ -f "$from" ] || return 0
    make_root
    mkdir -p "$cache" || exit 1
    if ! ln "$from" "$cache/$2" 2>/dev/null; then
      cp "$from" "$cache/.in.$2.$$" && chmod 444 "$cache/.in.$2.$$" && mv -f "$cache/.in.$2.$$" "$cache/$2" || exit 1
    fi
  fi
  size=$(wc -c <"$cache/$2") && [ -n "$size" ] || exit 1
  digest=$2
  if [ -n "$doubt" ]; then digest=$(sha256 <"$cache/$2") && [ -n "$digest" ] || exit 1; fi
  if [ "$size" -eq "$3" ] && [ "\${digest%% *}" = "$2" ]; then say "$1" ''; return 0; fi
  rm -f "$cache/$2"
  if [ -n "$kept" ] && [ -e "$kept/$2" ]; then mv -f "$kept/$2" "$kept/.damaged.$2" || exit 1; fi
}
# named INDEX PATH [stat]
named() {
  [ -f "$2" ] || return 0
  if [ -z "\${3:-}" ]; then say "$1" ''; else say "$1" "$(file_stat "$2")"; fi
}
`
