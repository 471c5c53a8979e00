import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { calendar } from '../monitor/calendar.ts'
import { faultsOfWhere, type NoticeRule } from '../monitor/notice-rule.ts'
import { noticeEvents } from '../notifiers/notifier.ts'
import type { Report } from '../pipeline/problem.ts'
import { readShape } from './configuration-shape.ts'

const cron = z.string().refine(isCalendar, 'must be a cron expression of five fields, such as `0 8 * * 1-5`')

const rule = z.strictObject({
  on: z.array(z.enum(noticeEvents).exclude(['test'])).nonempty(),
  where: z.record(z.string(), z.union([z.string(), z.array(z.string()).nonempty()])).exactOptional(),
  to: z.array(z.string()).nonempty(),
  quiet: cron.exactOptional(),
  digest: cron.exactOptional(),
})

/** Who is told of what, and when; what is wrong with a rule is reported at its place. */
export function readNoticeRules(json: readonly Json[], report: Report): readonly NoticeRule[] {
  return json.flatMap((one, index) => {
    const read = readShape(rule, one, { path: ['notices', index], what: 'a notice rule', report })
    if (read === undefined) return []
    for (const [name, message] of faultsOfWhere(read))
      report({ code: 'unknown-reference', message, path: ['notices', index, 'where', name] })
    return [read]
  })
}

function isCalendar(text: string): boolean {
  try {
    calendar(text)
    return true
  } catch {
    return false
  }
}
