import type { Tag } from '../../core/ids.ts'
import type { Hold } from './hold.ts'
import type { Said } from './server.ts'

/** A file that a server leaves in the folder of such a job. */
export const unfetched = 'preprocessing_failed'

/** Its server could not fetch what it needs and gave it up: nothing of it began, and nothing will. */
export function isUnfetched(said: Said | undefined): boolean {
  return said?.status === 'failed' && (said.job_directory_contents ?? []).includes(unfetched)
}

/**
 * Whether a submission came to nothing since its server was not given what it asked for. A server leaves the same file where its scheduler refused the
 * job, after all was fetched.
 */
export async function wasUnfetched({ door }: Hold, tag: Tag, said: Said | undefined): Promise<boolean> {
  if (door === undefined || !isUnfetched(said)) return false
  const total = (await door.offered(tag)).reduce((sum, { content: { size } }) => sum + size, 0)
  return (await door.fault(tag)) !== undefined || door.given(tag) < total
}
