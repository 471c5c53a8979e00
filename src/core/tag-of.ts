import { tag, type JobKey, type Tag, type WorkspaceId } from './ids.ts'
import { shortHash } from './short-hash.ts'

/** The name that an attempt of a job carries everywhere, the same whoever computes it: `j` and 60 bits of SHA-256 in base32. */
export function tagOf(workspace: WorkspaceId, key: JobKey, attempt: number): Tag {
  return tag(`j${shortHash([workspace, key, attempt])}`)
}
