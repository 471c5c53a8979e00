import { createHash } from 'node:crypto'
import { tag, type JobKey, type Tag, type WorkspaceId } from './ids.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** The name that an attempt of a job carries everywhere, the same whoever computes it: `j` and 60 bits of SHA-256 in base32. */
export function tagOf(workspace: WorkspaceId, key: JobKey, attempt: number): Tag {
  const hash = createHash('sha256')
    .update(JSON.stringify([workspace, key, attempt]))
    .digest()
  const bits = hash.readBigUInt64BE()
  const letters = Array.from({ length: 12 }, (_, place) =>
    alphabet.charAt(Number((bits >> BigInt(59 - 5 * place)) & 31n)),
  )
  return tag(`j${letters.join('')}`)
}
