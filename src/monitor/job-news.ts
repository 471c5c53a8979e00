import type { Reason } from '../core/reason.ts'
import type { NativeId } from '../core/ids.ts'
import type { Value } from '../pipeline/value.ts'
import type { Exit, JobReport } from '../runners/job-report.ts'
import type { CancelAnswer, FetchAnswer, SubmitAnswer } from '../runners/runner.ts'

/** What the machine of a job hears: a runner's reports and answers, the user's wish, and our own deeds. `evidence` is raw text. */
export type News =
  /** The request was written down to be sent. */
  | { readonly type: 'sent' }
  | { readonly type: 'accepted'; readonly nativeId: NativeId; readonly evidence: string }
  | {
      readonly type: 'submission-refused'
      readonly reason: 'submission-refused' | 'staging-in'
      readonly message: string
    }
  | { readonly type: 'not-tried'; readonly message: string; readonly notBefore: number }
  | { readonly type: 'doubt'; readonly message: string }
  | ReportNews<JobReport>
  /** `keep`: what it has made by then is to be kept (rule J6). */
  | { readonly type: 'cancel'; readonly by: string; readonly rule?: string; readonly keep?: true }
  /** Its host is about to be asked to stop it, after a look that found it going on. */
  | { readonly type: 'asked' }
  /** The host confirmed that nothing of the job runs or can start; `end`: what a look found then. */
  | { readonly type: 'stopped'; readonly evidence: string; readonly end?: FoundEnd }
  | { readonly type: 'pending'; readonly evidence: string }
  /** The same of a job held for lost, before a new attempt may start. */
  | { readonly type: 'revoked'; readonly evidence: string }
  /** A user says that nothing of it runs; the host, asked just now, cannot know it (`evidence`). */
  | { readonly type: 'abandoned'; readonly by: string; readonly evidence: string }
  /**
   * `lastWords`: the last line that a job that failed wrote to stderr, for people. `without`: of a job that was stopped with
   * its results kept, why declared outputs are not among them.
   */
  | {
      readonly type: 'fetched'
      readonly outputs: Readonly<Record<string, Value>>
      readonly lastWords?: string
      readonly without?: readonly string[]
    }
  | { readonly type: 'missing'; readonly outputs: readonly string[]; readonly message: string }
  | { readonly type: 'fetch-refused'; readonly reason: Reason; readonly message: string }

/** The attempt's incarnation, 0 where it never began, and how that ended where it wrote it. */
export interface FoundEnd {
  readonly incarnation: number
  readonly wrote?: { readonly exit: Exit; readonly startedAt: number; readonly endedAt: number }
}

type ReportNews<R> = R extends { readonly kind: infer K } ? Omit<R, 'kind'> & { readonly type: K } : never

export function newsOfReport(report: JobReport): News {
  switch (report.kind) {
    case 'quiet':
      return { type: 'quiet' }
    case 'submitting':
      return { ...report, type: 'submitting' }
    case 'queued':
      return { ...report, type: 'queued' }
    case 'held':
      return { ...report, type: 'held' }
    case 'running':
      return { ...report, type: 'running' }
    case 'ended':
      return { ...report, type: 'ended' }
    case 'vanished':
      return { ...report, type: 'vanished' }
    case 'absent':
      return { ...report, type: 'absent' }
    case 'unclear':
      return { ...report, type: 'unclear' }
  }
}

export function newsOfSubmission(answer: SubmitAnswer | undefined, notBefore: number): News {
  switch (answer?.kind) {
    case undefined:
      return { type: 'doubt', message: 'the runner gave no answer for this job' }
    case 'accepted':
      return { type: 'accepted', nativeId: answer.nativeId, evidence: answer.evidence }
    case 'refused':
      return { type: 'submission-refused', reason: answer.reason, message: answer.message }
    case 'not-tried':
      return { type: 'not-tried', message: answer.message, notBefore }
    case 'doubt':
      return { type: 'doubt', message: answer.message }
  }
}

export function newsOfCancel(answer: CancelAnswer): News {
  return { type: answer.kind, evidence: answer.evidence }
}

/** What a thorough look at a job that can no longer run says of its end; undefined where it does not say. */
export function foundEnd(report: JobReport | undefined): FoundEnd | undefined {
  if (report?.kind === 'vanished') return { incarnation: report.incarnation }
  if (report?.kind !== 'ended') return undefined
  const { incarnation, exit, startedAt, endedAt } = report
  return { incarnation, wrote: { exit, startedAt, endedAt } }
}

export function newsOfFetch(answer: FetchAnswer, lastWords?: string): News {
  switch (answer.kind) {
    case 'fetched':
      return { type: 'fetched', outputs: answer.outputs, ...(lastWords !== undefined && { lastWords }) }
    case 'missing':
      return { type: 'missing', outputs: answer.outputs, message: answer.message }
    case 'refused':
      return { type: 'fetch-refused', reason: answer.reason, message: answer.message }
  }
}
