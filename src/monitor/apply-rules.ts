import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { Tag } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { LogRule } from '../pipeline/settings.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import type { JobEvent } from './job-monitor.ts'
import { logNotice } from './job-notices.ts'
import { readJob } from './kept-job.ts'
import type { Ledger } from './ledger.ts'

export interface ApplyContext {
  readonly store: RecordStore
  readonly ledger: Ledger
  readonly clock: Clock
  readonly logger: Logger
  entriesFor(notice: Notice): readonly Entry[]
  tell(event: JobEvent): void
}

/** Looks at one line, and does what its rule says where it matches. */
export type Apply = (line: string) => Promise<void>

/** The rules of one attempt, or only those that do this; what is no regular expression is passed over. */
export function rulesOf(context: ApplyContext, job: JobRecord, only?: LogRule['then']): readonly Apply[] {
  return job.log.flatMap((rule, place) => {
    if (only !== undefined && rule.then !== only) return []
    const pattern = compile(rule, context.logger)
    return pattern ? [applyRule(context, job, rule, pattern, place)] : []
  })
}

function applyRule(
  context: ApplyContext,
  job: JobRecord,
  rule: LogRule,
  pattern: RegExp,
  place: number,
): Apply {
  let last = NaN
  let told = false
  return async (line) => {
    const match = told ? null : pattern.exec(line)
    if (match === null) return
    switch (rule.then) {
      case 'progress': {
        const percent = Number(match[1] ?? NaN)
        if (!(percent >= 0 && percent <= 100) || percent === last) return
        last = percent
        return context.tell({ kind: 'progress', key: job.key, percent })
      }
      case 'notice':
        told = true
        return notice(context, job, rule, line, place)
      case 'cancel':
        told = true
        return cancel(context, job, rule)
    }
  }
}

/** Once for each attempt and rule, also where the log is read again after a restart: that it was told is put with the notice. */
async function notice(
  { store, clock, entriesFor, tell }: ApplyContext,
  job: JobRecord,
  rule: LogRule,
  line: string,
  place: number,
): Promise<void> {
  const id = { kind: 'workspace', key: matchedKey(job.tag, place) } as const
  if ((await store.get(id)) !== undefined) return
  const made = logNotice(job, rule.pattern, line, clock.now())
  await store.put([{ ...id, value: true }, ...entriesFor(made)])
  tell({ kind: 'matched', key: job.key, pattern: rule.pattern, line })
}

/** What ended by itself meanwhile is not ended by a rule: how it ended stands. */
async function cancel(
  { ledger, store }: ApplyContext,
  { key, tag }: JobRecord,
  { pattern }: LogRule,
): Promise<void> {
  if ((await readJob(store, key))?.state.kind !== 'running') return
  const by = `the log rule /${pattern}/`
  await ledger.hear([{ key, tag, news: { type: 'cancel', by, rule: pattern } }])
}

/** Under what it is filed that an attempt's rule was matched; without a place, what these keys begin with. */
export const matchedKey = (tag: Tag, place: number | '') => `matched/${tag}/${place}`

function compile({ pattern }: LogRule, logger: Logger): RegExp | undefined {
  try {
    return new RegExp(pattern)
  } catch (error) {
    logger.warn(
      { pattern, error: messageOf(error) },
      'a log rule is no regular expression and is passed over',
    )
    return undefined
  }
}
