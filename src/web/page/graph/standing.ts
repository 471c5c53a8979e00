import type { JobRow, JobStateName, OutcomeAnswer, OutcomeKind, RunAnswer } from '../../contract.ts'
import { jobLooks, outcomeLooks, type StateLook } from '../words/state-look.ts'

/** How a module is seen to stand: as its job does where it has one, else as its outcome says. */
export type Standing = JobStateName | OutcomeKind

export function lookOf(standing: Standing): StateLook {
  return isJobState(standing) ? jobLooks[standing] : outcomeLooks[standing]
}

export function standingOf(outcome: OutcomeAnswer, job: JobRow | undefined): Standing {
  return outcome.kind === 'suspended' && job !== undefined ? job.state : outcome.kind
}

/** How many of a module's elements stand how; a module without elements counts for one. */
export type Tally = ReadonlyMap<Standing, number>

/** What matters first: of a module with many elements the first of these is its own. */
const order: readonly Standing[] = [
  'failed',
  'lost',
  'submit-unknown',
  'held',
  'running',
  'fetching',
  'queued',
  'submitting',
  'succeeded',
  'suspended',
  'waiting',
  'cancelled',
  'skipped',
  'done',
  'unneeded',
]

export function mainStanding(tally: Tally): Standing {
  return order.find((standing) => tally.has(standing)) ?? 'waiting'
}

export function inOrder(tally: Tally): readonly (readonly [Standing, number])[] {
  return order.flatMap((standing) => {
    const count = tally.get(standing)
    return count === undefined ? [] : [[standing, count] as const]
  })
}

/** By path without indices: `digest` counts `digest[0]` and the others, a group all that is in it. */
export function tallyModules(run: RunAnswer, jobs: ReadonlyMap<string, JobRow>): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Map<Standing, number>>()
  const maps = new Set(run.graph.elements.map((element) => element.map))
  for (const [path, outcome] of Object.entries(run.outcomes)) {
    // A map whose elements are known is what its elements are.
    if (maps.has(path)) continue
    const standing = standingOf(outcome, jobs.get(run.jobs[path] ?? ''))
    for (const each of withGroups(plainPath(path))) {
      const tally = tallies.get(each) ?? new Map<Standing, number>()
      tally.set(standing, (tally.get(standing) ?? 0) + 1)
      tallies.set(each, tally)
    }
  }
  return tallies
}

/** `clean[2]/trim` is an element of `clean/trim`. */
export function plainPath(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '')
}

/** `outer/inner/x` counts for `outer/inner` and `outer` too. */
function withGroups(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function isJobState(standing: Standing): standing is JobStateName {
  return standing in jobLooks
}
