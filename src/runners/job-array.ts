import { tag } from '../core/ids.ts'
import { shortHash } from '../core/short-hash.ts'
import type { Submission } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

export interface ReadyJob {
  readonly job: Submission
  /** The files of its `job` folder, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** Jobs that go in one submission; each stays a job of its own in all that is written down. */
export interface JobArray {
  /** Under the array's own name; what its elements ask of the scheduler is the same for all. */
  readonly job: Submission
  readonly elements: readonly ReadyJob[]
}

/**
 * Puts jobs together that the scheduler would be asked for in the same words, at most so many in one array, in the order in which they
 * came; what is left over goes alone. Files, environment and container are each job's own, so they may differ.
 */
export function groupJobs(
  ready: readonly ReadyJob[],
  scheduler: Scheduler,
  most: number,
): readonly (ReadyJob | JobArray)[] {
  if (most < 2 || scheduler.arrays === undefined) return ready
  const groups = new Map<string, ReadyJob[]>()
  for (const one of ready) {
    const words = scheduler.submit({ ...one.job, tag: anyTag, name: '' })
    const group = groups.get(words)
    if (group) group.push(one)
    else groups.set(words, [one])
  }
  return [...groups.values()].flatMap((group) => cut(group, most))
}

const anyTag = tag('any')

function cut(group: readonly ReadyJob[], most: number): readonly (ReadyJob | JobArray)[] {
  const pieces: (ReadyJob | JobArray)[] = []
  for (let from = 0; from < group.length; from += most) {
    const elements = group.slice(from, from + most)
    const [first] = elements
    if (first === undefined) continue
    if (elements.length === 1) pieces.push(first)
    else pieces.push({ job: nameArray(first.job, elements), elements })
  }
  return pieces
}

/** The same for the same jobs in the same order, whoever computes it; no job's tag begins with its letter. */
function nameArray(first: Submission, elements: readonly ReadyJob[]): Submission {
  const name = tag(`a${shortHash(elements.map(({ job }) => job.tag))}`)
  return { ...first, tag: name, name: `${first.name} and ${elements.length - 1} more` }
}
