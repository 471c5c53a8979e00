import { posix } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import type { Digest } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { hostFault } from './host-fault.ts'
import { privateFolder } from './private-folder.ts'
import { writeTar, type TarEntry } from './write-tar.ts'

/** What to make under the `inputs` folder: a folder, empty perhaps, a link, or what the cache there has by this content. */
export type RemoteLink =
  | { readonly path: string; readonly folder: true }
  | { readonly path: string; readonly target: string }
  | { readonly path: string; readonly content: Digest }

export interface LinkPlace {
  readonly transport: Transport
  readonly folder: string
  /** The folder of what is kept there by its content, in a folder above. */
  readonly cache: string
  readonly request: RequestOptions
}

/** More than this go as an archive of links: one process for all. */
const byHand = 16

/**
 * Makes folders and links on the machine, all in one request. What a link leads to outside must be there. Content becomes a
 * hard link, a copy where the file system has none.
 */
export async function makeLinks(place: LinkPlace, links: readonly RemoteLink[]): Promise<void> {
  const leadsOut = (link: RemoteLink) => 'target' in link && link.target.startsWith('/')
  const inside = links.filter((link) => !leadsOut(link))
  if (inside.length > byHand && (await unpackLinks(place, inside)))
    return makeEach(place, links.filter(leadsOut))
  return makeEach(place, links)
}

/** Whether it worked: not without tar, nor without hard links. */
async function unpackLinks(place: LinkPlace, links: readonly RemoteLink[]): Promise<boolean> {
  const { transport, folder, cache, request } = place
  if (!transport.stream) return false
  const root = posix.dirname(cache)
  const entry = (link: RemoteLink): TarEntry => {
    const name = `${folder.slice(root.length + 1)}/${link.path}`
    if ('folder' in link) return { kind: 'folder', name }
    if ('target' in link) return { kind: 'link', name, target: link.target }
    return { kind: 'hard-link', name, target: `${posix.basename(cache)}/${link.content}` }
  }
  const script = `${privateFolder(root)}; mkdir -p ${shellPath(folder)} && cd ${shellPath(root)} && tar -xmf -`
  const { code } = await transport.stream(script, { input: writeTar(links.map(entry)) }, request)
  return code === 0
}

async function makeEach(place: LinkPlace, links: readonly RemoteLink[]): Promise<void> {
  const { transport, folder, cache, request } = place
  if (links.length === 0) return
  const home = shellPath(folder)
  const answer = await transport.run(
    `{
${privateFolder(posix.dirname(cache))}
mkdir -p ${home} && cd ${home} || exit 1
cache=${shellPath(cache)}
make_link() {
  case $2 in /*) if [ ! -e "$2" ]; then printf '%s' "$2"; exit 3; fi ;; esac
  mkdir -p "\${1%/*}" && rm -f "$1" && ln -s "$2" "$1" || exit 1
}
take() {
  mkdir -p "\${1%/*}" && rm -f "$1" || exit 1
  ln "$cache/$2" "$1" 2>/dev/null || cp "$cache/$2" "$1" || exit 1
}
${links.map(line).join('\n')}
exit 0
} </dev/null
`,
    request,
  )
  if (answer.code === 0) return
  if (answer.code === 3)
    throw new AbeyanceError(
      'missing-file',
      `${new TextDecoder().decode(answer.stdout)} is not on ${transport.name}: check the path, or put it there`,
    )
  throw hostFault(`inputs could not be linked under ${folder} on`, transport.name, answer.stderr)
}

function line(link: RemoteLink): string {
  const path = quote(`./${link.path}`)
  if ('folder' in link) return `mkdir -p ${path} || exit 1`
  return 'target' in link ? `make_link ${path} ${quote(link.target)}` : `take ${path} ${link.content}`
}
