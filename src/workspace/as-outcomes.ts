import type { Outcome } from '../records/outcome.ts'
import type { ModulePath } from '../core/ids.ts'
import type { Outcomes } from './workspace.ts'

/** Outcomes as they are given out: plain data, that goes into JSON as it is. */
export function asOutcomes(outcomes: ReadonlyMap<ModulePath, Outcome>): Outcomes {
  return Object.fromEntries(outcomes)
}
