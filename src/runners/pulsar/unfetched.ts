import type { Tag } from '../../core/ids.ts'
import { findNative, type Hold } from './hold.ts'
import type { Call, Said } from './server.ts'

/** A file that a server leaves in the folder of such a job. */
export const unfetched = 'preprocessing_failed'

/** Its server could not fetch what it needs and gave it up: nothing of it began, and nothing will. */
export function isUnfetched(said: Said | undefined): boolean {
  return said?.status === 'failed' && (said.job_directory_contents ?? []).includes(unfetched)
}

/** Whether a submission came to nothing since nobody gave its server what it asked for. */
export async function wasUnfetched(hold: Hold, tag: Tag, call: Call): Promise<boolean> {
  if (hold.door === undefined || hold.isBlind) return false
  return isUnfetched(await hold.server.look(await findNative(hold, tag, call), call))
}
