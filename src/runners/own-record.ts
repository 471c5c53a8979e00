import type { NativeId, Tag } from '../core/ids.ts'
import type { AccountedJob, QueuedJob } from './scheduler.ts'
import type { SchedulerAnswer } from './scheduler-answer.ts'

/** Whose jobs of the scheduler are taken for this one. */
export interface Named {
  readonly tag: Tag
  /** The names of the arrays that it was submitted in; undefined where its notes are gone. */
  readonly arrays?: readonly string[]
  readonly said: SchedulerAnswer
}

/**
 * What the scheduler says of a job, by its id and its name: ids begin anew, when their counter comes to its end or a scheduler is set up
 * again, and accounting never forgets. `foreign`: that id has another name there.
 */
export function listedAs(native: NativeId, named: Named): QueuedJob | 'foreign' | undefined {
  const { queue } = named.said
  const entry = queue.kind === 'answered' ? queue.jobs.get(native) : undefined
  return entry === undefined || isOurs(entry.name, named) ? entry : 'foreign'
}

/** The queue's word on what is ours. */
export function entryOf(native: NativeId, named: Named): QueuedJob | undefined {
  const entry = listedAs(native, named)
  return entry === 'foreign' ? undefined : entry
}

/** Accounting's. Where that does not say a name, the id has to do. */
export function rowOf(native: NativeId, named: Named): AccountedJob | undefined {
  const { accounting } = named.said
  const row = accounting.kind === 'answered' ? accounting.jobs.get(native) : undefined
  return row?.name === undefined || isOurs(row.name, named) ? row : undefined
}

function isOurs(name: string, { tag, arrays }: Named): boolean {
  return name === tag || (arrays === undefined ? nameOfAnArray.test(name) : arrays.includes(name))
}

const nameOfAnArray = /^a[a-z2-7]{12}$/
