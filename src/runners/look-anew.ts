import { AbeyanceError } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import { shellPath } from '../core/shell-path.ts'
import { makeNonce, type Host } from './host.ts'
import type { CallOptions } from './runner.ts'

/**
 * Before anything of a job that ended is held for missing: its machine reads anew what is in its folders, since a client of NFS may
 * not see for a minute what another machine made. Rejects where even the work folder is not there: after a reboot it may not
 * be mounted yet.
 */
export async function lookAnew(
  { ask, context, folders }: Host,
  { tag, incarnation }: { readonly tag: Tag; readonly incarnation: number },
  { signal }: CallOptions,
): Promise<void> {
  const nonce = makeNonce()
  const places = [folders.of(tag), folders.run(tag, incarnation), folders.work(tag, incarnation)]
  const answer = await ask(lookAnewScript(folders.root, nonce, places), { ...(signal && { signal }) })
  if (new TextDecoder().decode(answer).includes(`${nonce} there\n`)) return
  throw new AbeyanceError(
    'transport-failed',
    `the work folder ${folders.root} is not there on ${context.transport.name}: it may not be mounted; it is tried again`,
  )
}

export function lookAnewScript(root: string, nonce: string, places: readonly string[]): string {
  return `{
for place in ${places.map(shellPath).join(' ')}; do
  if [ ! -d "$place" ]; then continue; fi
  { true >"$place/look.$$" && rm -f "$place/look.$$"; } 2>/dev/null || touch "$place" 2>/dev/null
done
if [ -d ${shellPath(root)} ]; then echo '${nonce} there'; fi
} </dev/null
`
}
