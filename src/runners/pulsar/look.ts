import { messageOf } from '../../core/error.ts'
import type { Tag } from '../../core/ids.ts'
import type { JobReport } from '../job-report.ts'
import type { CallOptions, LogAnswer, LookAnswer, LookQuestion } from '../runner.ts'
import type { Hold } from './hold.ts'
import { glance, observe } from './observe.ts'
import { readRange } from './read-range.ts'
import { isOdd } from './server.ts'

/** A server is asked for each job by itself, so that not all are asked at each look: they take turns. */
const glancesAtOnce = 200

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/** An odd answer about one job says nothing of the others; where there was no answer at all, nothing is claimed of any. */
async function settleAll(
  asked: readonly (readonly [Tag, Promise<JobReport>])[],
  reports: Map<Tag, JobReport>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const settled = await Promise.allSettled(asked.map(([, report]) => report))
  const answered = !signal?.aborted && settled.some(({ status }) => status === 'fulfilled')
  for (const [place, one] of settled.entries()) {
    const [tag] = asked[place] ?? []
    if (tag === undefined) continue
    if (one.status === 'fulfilled') reports.set(tag, one.value)
    else if (answered || isOdd(one.reason))
      reports.set(tag, { kind: 'unclear', evidence: messageOf(one.reason) })
    else throw one.reason
  }
}

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
    const thoroughly = (tag: Tag) => observe(hold, tag, call, question.known?.get(tag))
    const asked = [
      ...[...question.doubtful].map((tag) => [tag, thoroughly(tag)] as const),
      ...turn.map(
        (tag) => [tag, hold.attempts.knows(tag) ? glance(hold, tag, call) : thoroughly(tag)] as const,
      ),
    ]
    await settleAll(asked, reports, signal)
    const logs: LogAnswer[] = await Promise.all(question.ranges.map((range) => readRange(hold, range, call)))
    return { reports, logs }
  }
}
