import type { Tag } from '../../core/ids.ts'
import type { JobReport } from '../job-report.ts'
import type { CallOptions, LogAnswer, LookAnswer, LookQuestion } from '../runner.ts'
import type { Hold } from './hold.ts'
import { glance, observe } from './observe.ts'
import { readRange } from './read-range.ts'

/** A server is asked for each job by itself, so that not all are asked at each look: they take turns. */
const glancesAtOnce = 200

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/** Looks into jobs in doubt thoroughly, glances at some of the others, and reads what was asked of their streams. */
export function openLook(hold: Hold) {
  let last = 0
  return async (question: LookQuestion, { signal }: CallOptions): Promise<LookAnswer> => {
    const call = signal ? { signal } : {}
    const reports = new Map<Tag, JobReport>()
    for (const tag of question.jobs) reports.set(tag, quiet)
    for (const tag of question.doubtful) reports.set(tag, quiet)
    const others = [...reports.keys()].filter((tag) => !question.doubtful.has(tag))
    const from = others.length <= glancesAtOnce ? 0 : last % others.length
    last = from + glancesAtOnce
    const turn = [...others.slice(from), ...others.slice(0, from)].slice(0, glancesAtOnce)
    const thorough = [...question.doubtful].map(async (tag) => {
      reports.set(tag, await observe(hold, tag, call, question.known?.get(tag)))
    })
    const quick = turn.map(async (tag) => {
      const isNew = !hold.attempts.knows(tag)
      reports.set(
        tag,
        isNew ? await observe(hold, tag, call, question.known?.get(tag)) : await glance(hold, tag, call),
      )
    })
    await Promise.all([...thorough, ...quick])
    const logs: LogAnswer[] = await Promise.all(question.ranges.map((range) => readRange(hold, range, call)))
    return { reports, logs }
  }
}
