import type { Digest } from '../core/ids.ts'
import { stat } from '../core/system/files.ts'
import { digestValue } from './digest-value.ts'

/** A file signed by size and time (rule S3). Weaker than content: an edit that keeps both is not seen. */
export async function digestStat(path: string): Promise<Digest> {
  const found = await stat(path)
  return digestOfStat(String(found.size), String(found.mtimeNs))
}

/** The same of what a machine said; decimal digits both, bytes and nanoseconds since 1970. */
export function digestOfStat(size: string, mtimeNs: string): Digest {
  return digestValue({ size, mtimeNs })
}
