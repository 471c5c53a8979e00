import { AbeyanceError } from '../core/error.ts'
import { shellPath } from '../core/shell-path.ts'
import { readSizes, sizing } from './folder-sizes.ts'
import type { HostDisk } from './host-disk.ts'
import { makeNonce, type Host } from './host.ts'
import type { CallOptions } from './runner.ts'

/** Measures all folders of the workspace on a machine, in one round trip; a large tree takes its disk minutes to go through. */
export async function measureDisk(host: Host, options: CallOptions): Promise<HostDisk> {
  const nonce = makeNonce()
  const { root } = host.folders
  const answer = await host.ask(measureScript(root, nonce), { deadline: 600_000, ...options })
  const text = new TextDecoder().decode(answer)
  if (!text.includes(`${nonce} end`))
    throw new AbeyanceError(
      'transport-failed',
      `${host.context.transport.name} did not say what ${root} takes`,
    )
  const [, kilobytes] = new RegExp(`^${nonce} free .* (\\d+) +\\d+%`, 'm').exec(text) ?? []
  return {
    folder: root,
    ...readSizes(text, nonce, 'now'),
    ...(kilobytes !== undefined && { free: Number(kilobytes) * 1024 }),
  }
}

export function measureScript(root: string, nonce: string): string {
  return `{
nonce=${nonce}
say() { printf '%s %s\\n' "$nonce" "$1"; }
${sizing}
if cd ${shellPath(root)} 2>/dev/null; then
  sizes now j* .trash.*
  df -Pk . 2>/dev/null | while IFS= read -r line; do say "free $line"; done
fi
say end
} </dev/null
`
}
