import type { NativeId, Tag } from '../core/ids.ts'
import type { LookNews } from './parse-look.ts'
import type { SubmitAnswer } from './runner.ts'
import type { QueueSaid } from './scheduler-answer.ts'

/** By what ids jobs are listed whose name there is not their tag: elements of arrays, which have the name of the array. */
export interface ArrayElements {
  has(tag: Tag): boolean
  submitted(answers: ReadonlyMap<Tag, SubmitAnswer>): void
  /** Learns of those that a list did not name from what was reported of them. */
  reported(unnamed: Iterable<Tag>, reports: LookNews['jobs']): void
  /** Tells of each job, once, whether a list has it as one that goes on; what is not asked or not listed is forgotten. */
  goingOn(list: Extract<QueueSaid, { kind: 'answered' }>): (tag: Tag) => boolean
}

export function arrayElements(): ArrayElements {
  let known = new Map<Tag, NativeId>()
  return {
    has: (tag) => known.has(tag),
    submitted(answers) {
      for (const [tag, answer] of answers) if (answer.kind === 'accepted') known.set(tag, answer.nativeId)
    },
    reported(unnamed, reports) {
      if (reports.size === 0) return
      for (const tag of unnamed) {
        const report = reports.get(tag)
        if (report && 'nativeId' in report) known.set(tag, report.nativeId)
      }
    },
    goingOn({ names, jobs }) {
      const before = known
      known = new Map()
      return (tag) => {
        const native = names.get(tag) ?? before.get(tag)
        const phase = native === undefined ? undefined : jobs.get(native)?.phase
        if (native === undefined || phase === undefined || phase === 'ended') return false
        if (!names.has(tag)) known.set(tag, native)
        return true
      }
    },
  }
}
