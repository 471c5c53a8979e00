import type { Tag, WorkspaceId } from '../core/ids.ts'
import type { RetryRule } from '../pipeline/settings.ts'
import type { CancelWish, JobChange, JobRecord } from '../records/job-record.ts'
import { isFinal, type JobState } from '../records/job-state.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import { arrive, evidenceOf } from './arrive.ts'
import { nextKind, type JobLife } from './job-machine.ts'
import type { News } from './job-news.ts'
import { isEnded, newAttempt, ruleFor } from './new-attempt.ts'

/** What news makes of a record: the record to be put, with the history of how it came there. */
export interface Decision {
  readonly job: JobRecord
  /** Empty where only something beside the state changed. */
  readonly changes: readonly JobChange[]
  /** The attempt that ended and is not run again by a rule: people are told. */
  readonly ended: boolean
}

export interface DecideContext {
  readonly workspace: WorkspaceId
  readonly now: number
  readonly lostGrace: number
  /** What a destination adds to a job that a rule sends there; undefined for one that is not there any more. */
  readonly defaultsOf?: (destination: string) => DestinationDefaults | undefined
}

/**
 * Pure: one piece of news about the attempt `about` changes its job's record, or (undefined) nothing. News of an earlier
 * attempt, of an older incarnation, or of a job that has ended changes nothing (rule J1).
 */
export function decide(job: JobRecord, about: Tag, news: News, context: DecideContext): Decision | undefined {
  if (about !== job.tag) return undefined
  const marked = note(trace(mark(job, news, context), news), news, context)
  const life = lifeOf(marked, context)
  const to = nextKind(life, news)
  if (to === undefined)
    return marked === job && news.type !== 'unclear'
      ? undefined
      : stay(marked, news, context, marked.noted !== job.noted)
  return move(marked, arrive(to, news, life), news, context)
}

/** Whether a rule runs it again when it is lost: then the host must say first that the old attempt cannot run (rule J2). */
export function revokeFirst(job: JobRecord): boolean {
  return ruleFor(job, { kind: 'lost', since: 0, why: '', incarnation: 0 }) !== undefined
}

/** The state stays; a user's wish, a scheduler's word that we do not know (rule J3) and what is noted are history all the same. */
function stay(job: JobRecord, news: News, { now: at }: DecideContext, noted: boolean): Decision {
  const { key, attempt } = job
  const { kind } = job.state
  const told = (noted || news.type === 'cancel' || news.type === 'unclear') && !isFinal(job.state)
  const changes = told ? [{ key, attempt, at, from: kind, to: kind, evidence: evidenceOf(news) }] : []
  return { job, changes, ended: false }
}

function move(job: JobRecord, state: JobState, news: News, context: DecideContext): Decision {
  const { key, attempt } = job
  const { missingSince: _, noted, ...rest } = job
  const moved: JobRecord = { ...rest, state, ...(noted && state.kind === 'running' && { noted }) }
  const evidence = evidenceOf(news)
  const change: JobChange = { key, attempt, at: context.now, from: job.state.kind, to: state.kind, evidence }
  if (!isEnded(moved)) return { job: moved, changes: [change], ended: false }
  const rule = ruleFor(moved, state)
  if (rule === undefined) return { job: moved, changes: [change], ended: true }
  const next = newAttempt(context.workspace, moved, context.now, rule, context.defaultsOf)
  const again: JobChange = {
    key,
    attempt: next.attempt,
    at: context.now,
    from: 'none',
    to: 'submitting',
    evidence: { from: 'engine', text: wordsOf(rule, next) },
  }
  return { job: next, changes: [change, again], ended: false }
}

function wordsOf({ on, destination }: RetryRule, next: JobRecord): string {
  const again = `a retry rule runs it again after ${on.join(', ')}`
  if (destination === undefined) return again
  if (destination === next.destination) return `${again}, on ${destination}`
  return `${again}, on ${next.destination}: there is no destination ${destination} any more`
}

/** What news changes beside the state: the wish to cancel, and since when the job is missing. */
function mark(job: JobRecord, news: News, { now }: DecideContext): JobRecord {
  if (isFinal(job.state)) return job
  if (news.type === 'cancel') {
    const wish = wishOf(job.cancelRequested, news, now)
    return wish === job.cancelRequested ? job : { ...job, cancelRequested: wish }
  }
  if (news.type === 'asked') {
    const wish = job.cancelRequested
    const late = wish === undefined || wish.asked !== undefined || job.state.kind === 'fetching'
    return late ? job : { ...job, cancelRequested: { ...wish, asked: now } }
  }
  if (news.type === 'absent' && ['queued', 'held', 'running'].includes(job.state.kind)) {
    // A clock that was set back starts the grace anew.
    const known = job.missingSince !== undefined && job.missingSince <= now
    return known ? job : { ...job, missingSince: now }
  }
  if (!signsOfLife.has(news.type) || job.missingSince === undefined) return job
  const { missingSince: _, ...found } = job
  return found
}

/** Keeps what tells the processes of a running job from all others; an incarnation has its own. */
function trace(job: JobRecord, news: News): JobRecord {
  if (news.type !== 'running' || isFinal(job.state)) return job
  const before = 'incarnation' in job.state ? job.state.incarnation : 0
  if (news.incarnation < before) return job
  const processes = news.processes ?? (news.incarnation === before ? job.processes : undefined)
  if (processes === job.processes) return job
  const { processes: _, ...rest } = job
  return processes === undefined ? rest : { ...rest, processes }
}

/** Notes that a job runs without its folder, or where nobody here can see it; what was noted already stays as it is. */
function note(job: JobRecord, news: News, { now: since }: DecideContext): JobRecord {
  const { state } = job
  if (news.type !== 'running' || isFinal(state) || state.kind === 'fetching') return job
  if ('incarnation' in state && news.incarnation < state.incarnation) return job
  const text = noteOf(news)
  if (text === job.noted?.text) return job
  const { noted: _, ...rest } = job
  if (text === undefined) return rest
  return { ...rest, noted: { since, text, ...(news.unseen && { unseen: true }) } }
}

/** What is to be noted of a job that runs, or undefined where all is as usual. */
export function noteOf(said: {
  readonly evidence: string
  readonly bereft?: true
  readonly unseen?: true
}): string | undefined {
  return said.bereft || said.unseen ? said.evidence : undefined
}

/** The first wish stands, but that results be kept is added to any: nothing is lost by it. A host may have been asked by then. */
function wishOf(
  before: CancelWish | undefined,
  { by, rule, keep }: Extract<News, { type: 'cancel' }>,
  at: number,
): CancelWish {
  if (before !== undefined && (before.keep || !keep)) return before
  return {
    at,
    by,
    ...(rule !== undefined && { rule }),
    ...(keep && { keep }),
    ...(before !== undefined && { asked: at }),
  }
}

const signsOfLife: ReadonlySet<string> = new Set(['queued', 'held', 'running', 'ended', 'submitting'])

function lifeOf(job: JobRecord, { now, lostGrace }: DecideContext): JobLife {
  const { state, missingSince, cancelRequested } = job
  return {
    state,
    now,
    lostGrace,
    revokeFirst: revokeFirst(job),
    ...(missingSince === undefined ? {} : { missingSince }),
    ...(cancelRequested === undefined ? {} : { cancel: cancelRequested }),
  }
}
