import type { JobKey } from '../core/ids.ts'
import type { JobList, JobRow, JobStateName } from './contract.ts'
import { jobSort, type JobSort, type JobsQuery } from './requests.ts'

/** The rows that a query asks for, sorted; equal ones in the order of their names. */
export function findJobs(
  rows: ReadonlyMap<JobKey, JobRow>,
  query: JobsQuery,
  { inRun, now }: { readonly inRun: ReadonlySet<string> | undefined; readonly now: number },
): JobList {
  const states: Partial<Record<JobStateName, number>> = {}
  const destinations = new Set<string>()
  const found: JobRow[] = []
  const wanted = query.q?.toLowerCase() ?? ''
  for (const row of rows.values()) {
    if (inRun && !inRun.has(row.key)) continue
    states[row.state] = (states[row.state] ?? 0) + 1
    destinations.add(row.destination)
    if (query.state && !query.state.includes(row.state)) continue
    if (query.destination && !query.destination.includes(row.destination)) continue
    if (wanted === '' || isFound(row, wanted)) found.push(row)
  }
  const { limit, offset } = query
  return {
    jobs: sorted(found, query.sort, now).slice(offset, offset + limit),
    total: found.length,
    states,
    destinations: [...destinations].toSorted(),
    now,
  }
}

function isFound({ name, key, reason, nativeId }: JobRow, wanted: string): boolean {
  return [name, key, reason, nativeId].some((text) => text?.toLowerCase().includes(wanted))
}

function sorted(rows: readonly JobRow[], by: JobsQuery['sort'], now: number): readonly JobRow[] {
  const column = jobSort.options.find((one) => by === one || by === `-${one}`) ?? 'since'
  const sign = by.startsWith('-') ? -1 : 1
  const keyed = rows.map((row) => ({ row, value: valueOf(row, column, now) }))
  return keyed
    .toSorted((one, other) => order(one.value, other.value, sign) || compare(one.row.name, other.row.name))
    .map(({ row }) => row)
}

function valueOf(row: JobRow, column: JobSort, now: number): string | number | undefined {
  const { submittedAt, startedAt, endedAt, ranFor } = row
  if (column === 'queueTime')
    return submittedAt === undefined ? undefined : (startedAt ?? endedAt ?? now) - submittedAt
  if (column === 'runTime')
    return ranFor ?? (startedAt === undefined ? undefined : (endedAt ?? now) - startedAt)
  return row[column]
}

/** What is not known comes last, whichever way it is sorted. */
function order(one: string | number | undefined, other: string | number | undefined, sign: number): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? 1 : -1
  return sign * compare(one, other)
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0
}
