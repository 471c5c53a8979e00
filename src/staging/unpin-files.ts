import type { Digest } from '../core/ids.ts'
import { quote } from '../core/quote.ts'
import { shellPath } from '../core/shell-path.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import { hostFault } from './host-fault.ts'

/**
 * Lets go of what stayed in a folder of a machine; what is gone already is no fault. What is an input of an attempt has a link of
 * its own, and is in the cache for its time.
 */
export async function unpinFiles(
  { transport, kept, request }: { transport: Transport; kept: string; request: RequestOptions },
  digests: readonly Digest[],
): Promise<void> {
  const lines = digests.map(
    (digest) => `rm -f ${quote(`./${digest}`)} ${quote(`./.damaged.${digest}`)} || exit 1`,
  )
  const script = `{
cd ${shellPath(kept)} 2>/dev/null || exit 0
${lines.join('\n')}
} </dev/null
`
  const { code, stderr } = await transport.run(script, request)
  if (code !== 0) throw hostFault('files could not be let go of on', transport.name, stderr)
}
