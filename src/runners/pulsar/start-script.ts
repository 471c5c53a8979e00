import { posix } from 'node:path'
import type { NativeId } from '../../core/ids.ts'
import { quote } from '../../core/quote.ts'
import type { RemoteLink } from '../../staging/make-links.ts'
import { wrapperText } from '../wrapper.ts'
import { watching } from './watching.ts'

/** What of an attempt goes where, seen from its folder. */
export interface Placing {
  readonly native: NativeId
  /** Of the `job` folder, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Small texts for `inputs`, which go inside the script itself. */
  readonly texts: readonly { readonly path: string; readonly text: string }[]
  /** What was sent under another name, and what is linked or copied from where it is. */
  readonly sent: readonly {
    readonly path: string
    readonly from: string
    /** `pull`: its server fetched it, into the folder of the job as it knows it. */
    readonly how: 'mv' | 'cp' | 'ln -s' | 'pull'
  }[]
  readonly links: readonly RemoteLink[]
}

/** Who the wrapper is: the server's id for the job, and how often a scheduler behind it started it again. */
const identity = `  native=$ABEYANCE_NATIVE restart=\${SLURM_RESTART_COUNT:-0}`

/**
 * Run by the server as the job's command: puts everything in its place and becomes the wrapper. A script that did not arrive whole does nothing.
 * Nothing is touched once an incarnation is claimed: a second submission, or a second start, may come beside a job that runs.
 */
export function startScript({ native, files, texts, sent, links }: Placing): string {
  const isProgram = files['script']?.startsWith('#!') ?? false
  const inputs = [...texts, ...sent, ...links].map(({ path }) => posix.dirname(`inputs/${path}`))
  const folders = [...new Set(['job', ...inputs, ...foldersOf(links)])]
  const lines = [
    `mkdir -p ${folders.map(quote).join(' ')} || exit 1`,
    ...sent.map(({ path, from, how }) => `bring ${quote(how)} ${quote(from)} ${quote(`inputs/${path}`)}`),
    ...texts.map(({ path, text }) => `put_text ${quote(`inputs/${path}`)} ${quote(text)}`),
    ...links.flatMap((link) => linkLine(link)),
    'umask_before=$(umask)',
    'umask 077',
    ...Object.entries({ ...files, wrapper: wrapperText(identity, watching) }).map(
      ([name, text]) => `put_text ${quote(`job/${name}`)} ${quote(`${text}\n`)}`,
    ),
    ...(isProgram ? ['chmod +x job/script'] : []),
    'umask "$umask_before"',
  ]
  return `#!/bin/sh
put_text() { printf %s "$2" >"$1.$$" && mv -f "$1.$$" "$1" || exit 1; }
bring() {
  if [ "$1" = pull ]; then set -- mv "$ABEYANCE_METADATA/\${PWD##*/}/$2" "$3"; fi
  if [ "$1" != mv ]; then rm -f "$3"; elif [ ! -e "$2" ]; then return 0; fi
  $1 "$2" "$3" || exit 1
}
main() {
  ABEYANCE_METADATA=\${PWD%/*}/metadata
  cd "\${0%/*}" || exit 1
  ABEYANCE_NATIVE=${quote(native)}
  ABEYANCE_SHELL=\${ABEYANCE_SHELL:-/bin/sh}
  export ABEYANCE_NATIVE ABEYANCE_SHELL ABEYANCE_METADATA
  if [ ! -e claim.1 ]; then
${lines.join('\n')}
  fi
  exec "$ABEYANCE_SHELL" job/wrapper "$PWD"
}
main
`
}

/** The words that the server gives to its shell; what it prints stays out of the server's own answers, which break on bytes that are no text. */
export function startCommand(path: string): string {
  const said = quote(posix.join(posix.dirname(path), 'said'))
  return `( exec /bin/sh ${quote(path)} </dev/null >>${said} 2>&1 )`
}

function foldersOf(links: readonly RemoteLink[]): readonly string[] {
  return links.flatMap((link) => ('folder' in link ? [`inputs/${link.path}`] : []))
}

function linkLine(link: RemoteLink): readonly string[] {
  if (!('target' in link)) return []
  return [`bring 'ln -s' ${quote(link.target)} ${quote(`inputs/${link.path}`)}`]
}
