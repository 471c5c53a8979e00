import type { Digest } from '../core/ids.ts'
import { stat } from '../core/system/files.ts'
import { digestValue } from './digest-value.ts'

/** A file signed by size and time (rule S3). Weaker than content: an edit that keeps both is not seen. */
export async function digestStat(path: string): Promise<Digest> {
  const found = await stat(path)
  return digestValue({ size: String(found.size), mtimeNs: String(found.mtimeNs) })
}
