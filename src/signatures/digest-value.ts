import { digest, type Digest } from '../core/ids.ts'
import type { Value } from '../pipeline/value.ts'
import { canonicalText } from './canonical-text.ts'
import { plainForm } from './plain-form.ts'
import { sha256 } from './sha256.ts'

/**
 * SHA-256 of a value's canonical JSON, files and folders in it by base name and content (rules S1, S3).
 * What JSON cannot hold is `invalid-value` with its path, which begins with `where`.
 */
export function digestValue(value: Value, where?: string): Digest {
  return digest(sha256(canonicalText(plainForm(value, where))))
}
