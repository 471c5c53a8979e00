import type { ModuleKind } from '../pipeline/module-kind.ts'

/**
 * The version that is signed for a module written with `version`: the oldest of those that mean the same, if it is one of them,
 * else itself (rule S6).
 */
export function signedVersion(version: number, kind: ModuleKind | undefined): number {
  if (kind === undefined) return version
  const alike = [kind.version, ...(kind.same ?? [])]
  return alike.includes(version) ? Math.min(...alike) : version
}
