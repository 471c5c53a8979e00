import { signature, type Digest, type Signature } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { canonicalText } from './canonical-text.ts'
import { plainForm } from './plain-form.ts'
import { sha256 } from './sha256.ts'

/**
 * How a source is signed: by its value, by the module it comes from, as several in order, or, inside a map's body, by the
 * name of the map's port. A list of one is not its only source: a module is given a list there.
 */
export type SourcePrint =
  | { readonly value: Digest }
  | { readonly signature: Signature; readonly port: string }
  | { readonly list: readonly SourcePrint[] }
  | { readonly symbol: string }

/** All that is signed of a module (rules S1, S5). */
export interface ModuleParts {
  readonly type: string
  /** The oldest version that means the same (rule S6): `signedVersion` gives it. */
  readonly version: number
  readonly parameters: JsonObject
  /** By port; a port that is given nothing is left out. */
  readonly inputs: Readonly<Record<string, SourcePrint>>
  /** Given, it makes an equal module a job of its own (F13); several where groups around it say so too. */
  readonly replicate?: number | readonly number[]
  /**
   * Only inside a map's body. Elsewhere a condition is not signed: it decides whether a module runs, not what it gives.
   * A map's result, though, has holes where its body was skipped.
   */
  readonly when?: readonly SourcePrint[]
}

/**
 * SHA-256 of the canonical JSON of `{ format, type, version, parameters, inputs }`, and of `replicate` where it is given (rule S1).
 * What JSON cannot hold in the parameters is `invalid-value` with its path, which begins with `where`.
 */
export function signModule(parts: ModuleParts, where = 'parameters'): Signature {
  return signature(sha256(textOf(parts, where)))
}

// Put together here, keys in order, since canonicalizing the whole walks every part once more. Whatever changes here
// orphans every job there is: then `format` goes up, and fixtures/signature-vectors.json with it.
function textOf({ type, version, parameters, inputs, replicate, when }: ModuleParts, where: string): string {
  const text =
    `{"format":1,"inputs":${canonicalText(inputs)},"parameters":${canonicalText(plainForm(parameters, where))}` +
    (replicate === undefined ? '' : `,"replicate":${canonicalText(replicate)}`) +
    `,"type":${canonicalText(type)},"version":${canonicalText(version)}`
  return when === undefined ? `${text}}` : `${text},"when":${canonicalText(when)}}`
}
