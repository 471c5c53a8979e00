import type { JobRow, RunRow } from '../../../src/web/contract.ts'

/** A job that runs, but for what is given. */
export function jobRowOf(key: string, more: Partial<JobRow> = {}): JobRow {
  return { key, name: key, destination: 'here', attempt: 1, state: 'running', since: 1000, ...more }
}

/** An open run, but for what is given. */
export function runRowOf(id: string, more: Partial<RunRow> = {}): RunRow {
  return { id, name: `run ${id}`, state: 'open', resume: 'auto', startedAt: 1000, outcomes: {}, ...more }
}
