import type { JobRow, JobStateName } from '../../contract.ts'
import { jobStateOrder } from '../words/state-look.ts'
import { queueTime, runTime } from './job-times.ts'

export type Column = 'name' | 'state' | 'destination' | 'queue' | 'run' | 'attempt' | 'reason' | 'since'

export interface JobFilter {
  readonly text: string
  readonly states: ReadonlySet<JobStateName>
  readonly destination: string
}

export interface JobOrder {
  readonly column: Column
  readonly down: boolean
}

/** The jobs that a filter leaves, in an order; equal ones by name, with its numbers as numbers. */
export function selectJobs(
  jobs: Iterable<JobRow>,
  filter: JobFilter,
  order: JobOrder,
  now: number,
): readonly JobRow[] {
  const text = filter.text.trim().toLowerCase()
  const left = [...jobs].filter(
    (job) =>
      (filter.states.size === 0 || filter.states.has(job.state)) &&
      (filter.destination === '' || job.destination === filter.destination) &&
      (text === '' || hasText(job, text)),
  )
  const keyed = left.map((job) => ({ job, key: keyOf(job, order.column, now) }))
  keyed.sort((one, other) => {
    const by = order.column === 'name' ? byName(one.job.name, other.job.name) : compare(one.key, other.key)
    return by === 0 ? byName(one.job.name, other.job.name) : order.down ? -by : by
  })
  return keyed.map(({ job }) => job)
}

export function countStates(jobs: Iterable<JobRow>): ReadonlyMap<JobStateName, number> {
  const counts = new Map<JobStateName, number>()
  for (const job of jobs) counts.set(job.state, (counts.get(job.state) ?? 0) + 1)
  return counts
}

function hasText(job: JobRow, text: string): boolean {
  return [job.name, job.destination, job.key, job.nativeId, job.reason, job.message].some((field) =>
    field?.toLowerCase().includes(text),
  )
}

function keyOf(job: JobRow, column: Column, now: number): string | number {
  switch (column) {
    case 'name':
      return 0
    case 'state':
      return jobStateOrder.indexOf(job.state)
    case 'destination':
      return job.destination
    case 'queue':
      return queueTime(job, now) ?? -1
    case 'run':
      return runTime(job, now) ?? -1
    case 'attempt':
      return job.attempt
    case 'reason':
      return job.reason ?? ''
    case 'since':
      return job.since
  }
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0
}

const byName = new Intl.Collator('en', { numeric: true }).compare
