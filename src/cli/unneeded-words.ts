import type { Outcome } from '../records/outcome.ts'

/** Why a module was not needed, for people; nothing where targets were chosen or something failed, which may be why. */
export function unneededWords(targets: readonly string[], outcomes: Iterable<Outcome>): string | undefined {
  if (targets.length > 0) return undefined
  for (const { kind } of outcomes)
    if (kind === 'failed' || kind === 'skipped' || kind === 'cancelled') return undefined
  return 'what it feeds is reused'
}
