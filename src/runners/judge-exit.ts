import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { JobReport } from './job-report.ts'
import type { Claim } from './read-claim.ts'
import { readExit, type Ended } from './read-exit.ts'
import type { Facts } from './read-facts.ts'
import type { SchedulerAnswer } from './scheduler-answer.ts'

/** A report, and what would have to be asked soon to say more. */
export interface Judgement {
  readonly report: JobReport
  readonly wants?: 'queue' | 'accounting'
}

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/** How long accounting may take to know how a job ended, in ms. */
const accountingLag = 15_000

/**
 * A job that was ended from outside does not know why; its scheduler does, a while later. So a job that died of a signal, or
 * was sent one, is over only once accounting has said why, or cannot.
 */
export function judgeExit(
  { native, incarnation }: Claim,
  text: string,
  facts: Facts,
  { now, said }: { readonly now: number; readonly said: SchedulerAnswer },
): Judgement {
  const report = readExit(incarnation, text)
  if (report === undefined)
    return { report: { kind: 'unclear', evidence: `exit file: ${text.slice(0, 400)}` } }
  const code = Number(text.split(',')[1])
  const fromOutside = code > 128 || facts.get('passed') === 'yes'
  if (!fromOutside || code === 0 || report.exit.reason !== undefined || facts.get('revoked') === 'yes')
    return { report }
  return again(report, native, said) ?? because(report, native, said) ?? notYet(report, now, said)
}

/** A scheduler that may start jobs again does so, or is about to. */
function again(report: Ended, native: NativeId, { queue }: SchedulerAnswer): Judgement | undefined {
  const entry = queue.kind === 'answered' ? queue.jobs.get(native) : undefined
  const evidence = `${report.evidence}; the scheduler starts it again: ${entry?.line}`
  if (entry?.phase === 'waiting') return { report: { kind: 'queued', nativeId: native, evidence } }
  if (entry?.phase === 'held') return { report: { kind: 'held', nativeId: native, evidence } }
  return entry?.phase === 'running' ? { report: quiet, wants: 'queue' } : undefined
}

/** The scheduler's final word; undefined where it has none. */
function because(
  report: Ended,
  native: NativeId,
  { queue, accounting }: SchedulerAnswer,
): Judgement | undefined {
  const entry = queue.kind === 'answered' ? queue.jobs.get(native) : undefined
  const row = accounting.kind === 'answered' ? accounting.jobs.get(native) : undefined
  const end = row?.phase === 'ended' ? row : entry?.phase === 'ended' && entry.reason ? entry : undefined
  if (end === undefined) return undefined
  if (end.reason && mayStartAgain.has(end.reason) && queue.kind === 'not-asked')
    return { report: quiet, wants: 'queue' }
  return { report: withReason(report, end.reason, `the scheduler says: ${end.line}`) }
}

/** After these a scheduler may put a job back into its queue. */
const mayStartAgain: ReadonlySet<Reason> = new Set(['preempted', 'node-failure'])

/** Over without a reason when accounting had its time, and the queue was asked whether it starts again. */
function notYet(report: Ended, now: number, { queue, accounting }: SchedulerAnswer): Judgement {
  const isLate = accounting.kind === 'off' || now - report.endedAt >= accountingLag
  if (!isLate || accounting.kind === 'not-asked') return { report: quiet, wants: 'accounting' }
  return queue.kind === 'not-asked' ? { report: quiet, wants: 'queue' } : { report }
}

function withReason(report: Ended, reason: Reason | undefined, line: string): Ended {
  const evidence = `${report.evidence}; ${line}`
  return reason === undefined
    ? { ...report, evidence }
    : { ...report, exit: { ...report.exit, reason }, evidence }
}
