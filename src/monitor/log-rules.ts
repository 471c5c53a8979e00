import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { JobKey, Tag, WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { LogRule } from '../pipeline/settings.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import type { Stream } from '../runners/runner.ts'
import type { JobEvent } from './job-monitor.ts'
import { logNotice } from './job-notices.ts'
import { readJob } from './kept-job.ts'
import type { Ledger } from './ledger.ts'
import { logLines } from './log-lines.ts'
import { tailLog, type TailContext } from './log-tail.ts'
import type { OpenJob } from './roster.ts'

export interface RuleContext {
  readonly tail: TailContext
  readonly store: RecordStore
  readonly ledger: Ledger
  readonly workspace: WorkspaceId
  readonly clock: Clock
  readonly logger: Logger
  /** Bytes of a line that rules look at. */
  readonly logLine: number
  readonly signal: AbortSignal
  entriesFor(notice: Notice): readonly Entry[]
  tell(event: JobEvent): void
}

/** Follows the logs of jobs that have rules for them: progress, a notice, an early end (rule L5). */
export interface RuleWatch {
  /** A job that runs now, or goes on to run; one that ended within a look is read from its beginning all the same. */
  take(job: OpenJob): void
  close(): Promise<void>
}

export function openRuleWatch(context: RuleContext): RuleWatch {
  const followed = new Map<JobKey, Promise<void>>()

  async function follow(key: JobKey): Promise<void> {
    try {
      await Promise.all([read(context, key, 'stdout'), read(context, key, 'stderr')])
    } catch (error) {
      if (!context.signal.aborted)
        context.logger.warn({ job: key, error: messageOf(error) }, 'log rules are not followed any more')
    } finally {
      followed.delete(key)
    }
  }

  return {
    take(job) {
      const hasBegun = job.kind === 'running' || job.kind === 'fetching'
      if (job.rules && hasBegun && !followed.has(job.key)) followed.set(job.key, follow(job.key))
    },
    close: () => Promise.all(followed.values()).then(() => {}),
  }
}

async function read(context: RuleContext, key: JobKey, stream: Stream): Promise<void> {
  const lines = logLines(context.logLine)
  let rules = await rulesOf(context, key)
  const apply = async (all: readonly string[]) => {
    for (const line of all) for (const rule of rules) await rule(line)
  }
  for await (const news of tailLog(context.tail, { key, stream, from: 'start' }, context.signal))
    switch (news.kind) {
      case 'chunk':
        await apply(lines.feed(news.bytes))
        break
      case 'reset':
        lines.reset()
        rules = await rulesOf(context, key) // perhaps another attempt's
        break
      case 'skipped':
        lines.reset()
        break
      case 'unavailable':
        break
    }
  await apply(lines.end())
}

type Apply = (line: string) => Promise<void>

async function rulesOf(context: RuleContext, key: JobKey): Promise<readonly Apply[]> {
  const job = await readJob(context.store, key)
  return (job?.log ?? []).flatMap((rule, place) => {
    const pattern = compile(rule, context.logger)
    return job && pattern ? [applyRule(context, job, rule, pattern, place)] : []
  })
}

function applyRule(
  context: RuleContext,
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
  { store, clock, entriesFor, tell }: RuleContext,
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
  { ledger, store }: RuleContext,
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
