import { isJsonObject, type Json } from '../core/json.ts'
import type { DocumentPath } from './problem.ts'

/** The documents that a document names as groups, also within groups that stand in it. */
export function groupPaths(
  json: Json,
  around: DocumentPath = [],
): readonly { readonly path: string; readonly at: DocumentPath }[] {
  if (!isJsonObject(json) || !isJsonObject(json.modules)) return []
  return Object.entries(json.modules).flatMap(([id, module]) => {
    if (!isJsonObject(module) || module.group === undefined) return []
    const at = [...around, 'modules', id, 'group']
    return typeof module.group === 'string' ? [{ path: module.group, at }] : groupPaths(module.group, at)
  })
}
