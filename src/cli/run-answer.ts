import type { RunRecord } from '../records/run-record.ts'
import type { Suspension } from '../records/outcome.ts'
import type { PortType } from '../pipeline/port-type.ts'
import type { Value } from '../pipeline/value.ts'
import type { Failure, Resting, WorkspaceView } from '../workspace/workspace.ts'
import { remark } from './job-answer.ts'
import { shortKey } from './find-job.ts'
import { showSpan } from './show-time.ts'
import { answerHint, waitWords } from './wait-words.ts'
import { waitsForPlace, type LimitsOf } from './waiting-for-place.ts'

/** A run in the JSON of `runs` and `show`: these keys stay. Times are ms since 1970. */
export interface RunAnswer {
  readonly run: string
  readonly name: string
  readonly state: RunRecord['state']
  readonly key?: string
  readonly resume: RunRecord['resume']
  readonly startedAt: number
  readonly endedAt?: number
}

export function runAnswer(run: RunRecord): RunAnswer {
  const { id, name, state, key, resume, startedAt, endedAt } = run
  return {
    run: id,
    name,
    state,
    resume,
    startedAt,
    ...(key !== undefined && { key }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

/** How a run stands in the JSON of `run` and `resume`: these keys stay. */
export interface RestAnswer {
  readonly run: string
  readonly state: Resting['kind']
  /** By the names of the pipeline's outputs: the path where a file was put, a list of such, or the value itself. */
  readonly outputs: Readonly<Record<string, Value>>
  readonly failures: readonly FailureAnswer[]
  readonly waiting: readonly WaitAnswer[]
}

export interface FailureAnswer {
  readonly module: string
  readonly code: string
  readonly message: string
  readonly job?: string
  readonly reason?: string
}

export type WaitAnswer =
  | { readonly module: string; readonly kind: 'job'; readonly job: string }
  | { readonly module: string; readonly kind: 'until'; readonly time: number }
  | { readonly module: string; readonly kind: 'file'; readonly path: string }
  | {
      readonly module: string
      readonly kind: 'existing-job'
      readonly destination: string
      readonly id: string
    }
  /** `answer`: how it is answered, as a command. Times are ms since 1970. */
  | {
      readonly module: string
      readonly kind: 'approval' | 'token'
      readonly message?: string
      readonly approvers?: readonly string[]
      readonly outputs?: Readonly<Record<string, PortType>>
      readonly since: number
      readonly deadline?: number
      readonly answer?: string
    }

export function failureAnswer({ module, error, job, reason }: Failure): FailureAnswer {
  const { code, message } = error
  return { module, code, message, ...(job !== undefined && { job }), ...(reason !== undefined && { reason }) }
}

export function waitAnswer(on: Suspension): WaitAnswer {
  switch (on.kind) {
    case 'job':
      return { module: on.module, kind: 'job', job: on.job }
    case 'until':
      return { module: on.module, kind: 'until', time: on.time }
    case 'file':
      return { module: on.module, kind: 'file', path: on.path }
    case 'existing-job': {
      const { module, kind, destination, id } = on
      return { module, kind, destination, id }
    }
    case 'approval':
    case 'token': {
      const { key: _, ...asked } = on
      const answer = answerHint(on)
      return { ...asked, ...(answer !== undefined && { answer }) }
    }
  }
}

/** What a run waits for, as a line for people. */
export async function waitLine(view: WorkspaceView, on: Suspension, limitsOf: LimitsOf): Promise<string> {
  switch (on.kind) {
    case 'job': {
      const job = await view.job(on.job)
      if (job === undefined) return `${on.module}: its job ${shortKey(on.job)}`
      const said = remark(job, limitsOf)
      const since = showSpan(Date.now() - job.state.since)
      const head = `${job.name}: job ${shortKey(on.job)}`
      if (waitsForPlace(job)) return `${head}, ${said}, for ${since}`
      return `${head} on ${job.destination}, ${job.state.kind} for ${since}${said === '' ? '' : ` (${said})`}`
    }
    case 'approval':
    case 'token':
      return `${on.module}: ${waitWords(on)}\n    ${answerHint(on) ?? ''}`
    default:
      return `${on.module}: ${waitWords(on)}`
  }
}
