import type { RunRow } from '../../contract.ts'

export const runStates = ['all', 'open', 'done', 'failed', 'cancelled'] as const

export interface RunFilter {
  readonly text: string
  readonly state: (typeof runStates)[number]
}

/** The runs that a filter leaves, newest first: ids sort by the time at which runs began. */
export function selectRuns(runs: ReadonlyMap<string, RunRow>, filter: RunFilter): readonly RunRow[] {
  const text = filter.text.trim().toLowerCase()
  return [...runs.values()]
    .filter((run) => filter.state === 'all' || run.state === filter.state)
    .filter((run) => [run.name, run.key, run.id].some((field) => field?.toLowerCase().includes(text)))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
}
