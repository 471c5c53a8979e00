import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { JobReport } from './job-report.ts'
import type { Claim } from './read-claim.ts'
import { readExit, type Ended } from './read-exit.ts'
import type { Facts } from './read-facts.ts'
import { entryOf, rowOf, type Named } from './own-record.ts'

/** A report, and what would have to be asked soon to say more. */
export interface Judgement {
  readonly report: JobReport
  readonly wants?: 'queue' | 'accounting'
}

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/** How long accounting may take to know how a job ended, in ms. */
const accountingLag = 15_000

/** What an exit is judged with, beside the folder. */
export interface ExitCase extends Named {
  /** The host's clock at the look, ms since 1970. */
  readonly now: number
  /** Since when more is wanted from the scheduler, by the same clock: the node's own may be an hour ahead. */
  readonly wantedSince?: number
}

/**
 * A job that was ended from outside does not know why; its scheduler does, a while later. So a job that died of a signal, or
 * was sent one, is over only once accounting has said why, or cannot. One that was sent a signal and ended with 0 has done its work unless the
 * scheduler starts it again: a program that saves its state when it has to go does so too.
 */
export function judgeExit(
  { native, incarnation }: Claim,
  text: string,
  facts: Facts,
  about: ExitCase,
): Judgement {
  const report = readExit(incarnation, text)
  if (report === undefined)
    return { report: { kind: 'unclear', evidence: `exit file: ${text.slice(0, 400)}` } }
  const code = Number(text.split(',')[1])
  const fromOutside = code > 128 || facts.get('passed') === 'yes'
  if (!fromOutside || report.exit.reason !== undefined || facts.get('revoked') === 'yes') return { report }
  const isWell = code === 0
  return (
    again(report, native, isWell, about) ??
    because(report, native, isWell, about) ??
    notYet(report, isWell, about)
  )
}

/** A scheduler that may start jobs again does so, or is about to. */
function again(report: Ended, native: NativeId, isWell: boolean, about: ExitCase): Judgement | undefined {
  const entry = entryOf(native, about)
  const evidence = `${report.evidence}; the scheduler starts it again: ${entry?.line}`
  if (entry?.phase === 'waiting') return { report: { kind: 'queued', nativeId: native, evidence } }
  if (entry?.phase === 'held') return { report: { kind: 'held', nativeId: native, evidence } }
  const isDecided = entry?.phase !== 'running' && !(isWell && entry?.phase === 'ending')
  return isDecided ? undefined : { report: quiet, wants: 'queue' }
}

/** The scheduler's final word; undefined where it has none. */
function because(report: Ended, native: NativeId, isWell: boolean, about: ExitCase): Judgement | undefined {
  const [entry, row] = [entryOf(native, about), rowOf(native, about)]
  const end = row?.phase === 'ended' ? row : entry?.phase === 'ended' && entry.reason ? entry : undefined
  if (end === undefined) return undefined
  if (end.reason && mayStartAgain.has(end.reason) && about.said.queue.kind === 'not-asked')
    return { report: quiet, wants: 'queue' }
  const reason = isWell && end.reason !== 'preempted' ? undefined : end.reason
  return { report: withReason(report, reason, `the scheduler says: ${end.line}`) }
}

/** After these a scheduler may put a job back into its queue. */
const mayStartAgain: ReadonlySet<Reason> = new Set(['preempted', 'node-failure'])

/** Over without a reason when accounting had its time, and the queue was asked whether it starts again. */
function notYet(report: Ended, isWell: boolean, { now, wantedSince = now, said }: ExitCase): Judgement {
  const { queue, accounting } = said
  const isLate = accounting.kind === 'off' || now - Math.min(wantedSince, report.endedAt) >= accountingLag
  if (!isLate || accounting.kind === 'not-asked') return { report: quiet, wants: 'accounting' }
  const isAsked = queue.kind === 'answered' || (queue.kind === 'failed' && !isWell)
  return isAsked ? { report } : { report: quiet, wants: 'queue' }
}

function withReason(report: Ended, reason: Reason | undefined, line: string): Ended {
  const evidence = `${report.evidence}; ${line}`
  return reason === undefined
    ? { ...report, evidence }
    : { ...report, exit: { ...report.exit, reason }, evidence }
}
