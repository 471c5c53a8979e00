import { nativeId, type Tag } from '../../core/ids.ts'
import { findNative, type Hold } from './hold.ts'
import type { Call, Said } from './server.ts'

/** Its server could not fetch what it needs and gave it up: nothing of it began, and nothing will. */
export function isUnfetched(said: Said | undefined): boolean {
  return said?.status === 'failed' && (said.job_directory_contents ?? []).includes('preprocessing_failed')
}

/** Removes a submission that came to nothing since nobody gave its server what it asked for: under the same id, it would go on to fail. */
export async function clearUnfetched(hold: Hold, tag: Tag, call: Call): Promise<void> {
  const { server, attempts, door } = hold
  if (door === undefined || hold.isBlind) return
  const native = await findNative(hold, tag, call)
  if (!isUnfetched(await server.look(native, call))) return
  if (native !== nativeId(tag)) await server.remove(native, call)
  await server.remove(tag, call)
  attempts.forget(tag)
}
