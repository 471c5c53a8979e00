import type { RunRecord } from '../records/run-record.ts'
import type { OutcomeKind, RunRow } from './contract.ts'

/** A run as the list shows it. */
export function runRow(run: RunRecord, kinds: Iterable<OutcomeKind>): RunRow {
  const outcomes: Partial<Record<OutcomeKind, number>> = {}
  for (const kind of kinds) outcomes[kind] = (outcomes[kind] ?? 0) + 1
  const { id, name, key, state, resume, startedAt, endedAt, cancelledBy } = run
  return {
    id,
    name,
    ...(key !== undefined && { key }),
    state,
    resume,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(cancelledBy !== undefined && { cancelledBy }),
    outcomes,
  }
}
