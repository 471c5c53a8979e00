import type { ModulePath, Signature } from '../core/ids.ts'
import type { SourcePrint } from './sign-module.ts'

/** A module that cannot be signed before another has spoken (rule S2). */
export interface Unknown {
  readonly unknownUntil: ModulePath
}

export function isUnknown(what: SourcePrint | Signature | Unknown): what is Unknown {
  return typeof what === 'object' && 'unknownUntil' in what
}
