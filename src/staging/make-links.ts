import { AbeyanceError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'

/** A folder, empty perhaps, or a link to make under the `inputs` folder. */
export type RemoteLink =
  { readonly path: string; readonly folder: true } | { readonly path: string; readonly target: string }

/** Makes folders and links on the machine, all in one request. What a link leads to outside must be there. */
export async function makeLinks(
  {
    transport,
    folder,
    request,
  }: { readonly transport: Transport; readonly folder: string; readonly request: RequestOptions },
  links: readonly RemoteLink[],
): Promise<void> {
  if (links.length === 0) return
  const home = folder.startsWith('~/') ? `"$HOME"/${quote(folder.slice(2))}` : quote(folder)
  const answer = await transport.run(
    `{
mkdir -p ${home} && cd ${home} || exit 1
make_link() {
  case $2 in /*) if [ ! -e "$2" ]; then printf '%s' "$2"; exit 3; fi ;; esac
  mkdir -p "\${1%/*}" && rm -f "$1" && ln -s "$2" "$1" || exit 1
}
${links.map(line).join('\n')}
exit 0
} </dev/null
`,
    request,
  )
  if (answer.code === 0) return
  const text = new TextDecoder()
  if (answer.code === 3)
    throw new AbeyanceError(
      'missing-file',
      `${text.decode(answer.stdout)} is not on ${transport.name}: check the path, or put it there`,
    )
  throw new AbeyanceError(
    'transport-failed',
    `inputs could not be linked under ${folder} on ${transport.name}: ${text.decode(answer.stderr).trim()}`,
  )
}

function line(link: RemoteLink): string {
  const path = quote(`./${link.path}`)
  return 'folder' in link ? `mkdir -p ${path} || exit 1` : `make_link ${path} ${quote(link.target)}`
}
