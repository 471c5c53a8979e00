import type { JobChange, JobRecord, PastAttempt } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { SpanFacts } from './span-facts.ts'

/** Files of a job that were seen to be on their way. */
export interface SeenTravel {
  readonly way: 'there' | 'home'
  readonly first: number
  readonly last: number
  /** Bytes. */
  readonly total: number
}

export interface EndedAttempt {
  readonly job: JobRecord
  readonly attempt: number
  /** Of the job, in its order. */
  readonly history: readonly JobChange[]
  readonly travels: readonly SeenTravel[]
}

/**
 * The span of one attempt of a job with its phases, from its history on disk: it may have begun days and several processes ago.
 * Nothing where the history has not its end.
 */
export function jobSpan({ job, attempt, history, travels }: EndedAttempt): SpanFacts | undefined {
  const changes = history.filter((change) => change.attempt === attempt)
  const [first, end] = [changes[0], changes.findLast(({ to }) => isFinalKind(to))]
  const past = lifeOf(job, attempt)
  if (first === undefined || end === undefined || past === undefined) return undefined
  const { state, destination, tag } = past
  return {
    name: `job ${moduleName(job.name)}`,
    start: first.at,
    end: end.at,
    error: end.to === 'succeeded' ? undefined : 'reason' in state ? state.reason : end.to,
    attributes: {
      'abeyance.signature': job.signature,
      'abeyance.job.key': job.key,
      'abeyance.job.name': job.name,
      'abeyance.job.attempt': attempt,
      'abeyance.job.tag': tag,
      'abeyance.job.state': end.to,
      'abeyance.job.reason': 'reason' in state ? state.reason : undefined,
      'abeyance.job.native_id': 'nativeId' in state ? state.nativeId : undefined,
      // In its host's word (rule J7); the phases are as they were seen here.
      'abeyance.job.ran_ms': 'endedAt' in state ? state.endedAt - state.startedAt : undefined,
      'abeyance.destination': destination,
    },
    children: [...phases(changes, end.at), ...travels.map(travelSpan)],
  }
}

/** The part of a job's name that is the same for all elements of a map: names of spans are few. */
export function moduleName(name: string): string {
  return name.split(/[[ ]/, 1)[0] ?? name
}

export function isFinalKind(kind: JobState['kind']): boolean {
  return kind === 'succeeded' || kind === 'failed' || kind === 'cancelled' || kind === 'lost'
}

const phaseOf: Readonly<Partial<Record<JobState['kind'], string>>> = {
  submitting: 'submit',
  'submit-unknown': 'submit',
  queued: 'queue',
  held: 'queue',
  running: 'run',
  fetching: 'collect',
}

/** One after the other; a job that its scheduler runs again queues and runs again. */
function phases(changes: readonly JobChange[], end: number): readonly SpanFacts[] {
  const spans: SpanFacts[] = []
  for (const { at, to } of changes) {
    const name = phaseOf[to]
    const before = spans.at(-1)
    if (name !== undefined && name === before?.name) continue
    if (before) spans[spans.length - 1] = { ...before, end: at }
    if (name !== undefined) spans.push({ name, start: at, end, attributes: {} })
  }
  return spans
}

function travelSpan({ way, first, last, total }: SeenTravel): SpanFacts {
  return {
    name: way === 'there' ? 'stage in' : 'stage out',
    start: first,
    end: last,
    attributes: { 'abeyance.staging.bytes': total },
  }
}

function lifeOf(job: JobRecord, attempt: number): PastAttempt | undefined {
  return job.attempt === attempt ? job : job.earlier.find((one) => one.attempt === attempt)
}
