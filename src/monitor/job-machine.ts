import { setup } from 'xstate'
import type { CancelWish } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { Exit } from '../runners/job-report.ts'
import type { News } from './job-news.ts'

// The states in words.
//
//   submitting      written down, to be submitted: it waits for a slot or a delay, or (`intent`) the request is under way
//   submit-unknown  the request may or may not have reached the host: looked into, never simply repeated
//   queued          the scheduler has it
//   held            the scheduler has it and will not start it until somebody acts
//   running         its wrapper holds the claim of an incarnation
//   fetching        it wrote its exit, was stopped with its results kept, or is gone without an exit after it had begun: what it
//                   has to bring home is being brought
//   succeeded       exit code 0, written by the job itself, and every declared output is here
//   failed          it ended otherwise, and we know why
//   cancelled       somebody asked for its end, and the host confirmed it; what it had made is kept where that was asked
//   lost            twice and a grace apart there was no trace of it, or a user gave it up where nobody can see it; an exit
//                   file that turns up reopens it
//
// The machine says where to go, on what news and under which condition; it keeps nothing and knows no timer. The data of
// the state it goes to is built in `arrive.ts`; a new attempt is not a move but another life (`new-attempt.ts`).

/** What the conditions look at. */
export interface JobLife {
  readonly state: JobState
  readonly now: number
  readonly lostGrace: number
  readonly missingSince?: number
  /** Somebody wants it ended; `rule` where a log rule does. */
  readonly cancel?: Omit<CancelWish, 'at'>
  /** A retry rule waits for `lost`: the host must confirm first that the old attempt cannot run (rule J2). */
  readonly revokeFirst: boolean
}

const types: { context?: JobLife; events?: News } = {}

interface Heard {
  readonly context: JobLife
  readonly event: News
}

/** The conditions, in words. */
const guards = {
  'cancel is wanted': ({ context }: Heard) => context.cancel !== undefined && !endedByItself(context),
  'a log rule wants its end': ({ context }: Heard) => context.cancel?.rule !== undefined,
  'never sent': ({ context: { state } }: Heard) => state.kind === 'submitting' && state.intent === undefined,
  'submitter is gone': ({ event }: Heard) => submitterIsGone(event),
  'submitter is gone and cancel is wanted': ({ context, event }: Heard) =>
    submitterIsGone(event) && context.cancel !== undefined,
  missing: ({ context }: Heard) => context.missingSince !== undefined,
  'missing for the grace': ({ context }: Heard) => missingForTheGrace(context) && !context.revokeFirst,
  'missing and cancel is wanted': ({ context }: Heard) =>
    missingForTheGrace(context) && context.cancel !== undefined,
  'newer incarnation': ({ context, event }: Heard) => incarnationOf(event) > incarnationIn(context.state),
  'not an older incarnation': ({ context, event }: Heard) =>
    incarnationOf(event) >= incarnationIn(context.state),
  'gone and cancel is wanted': ({ context, event }: Heard) =>
    incarnationOf(event) >= incarnationIn(context.state) &&
    context.cancel !== undefined &&
    context.cancel.rule === undefined,
  'results are to be kept': ({ context, event }: Heard) => keepsResults(context, event),
  'gone after it had begun': ({ context, event }: Heard) =>
    incarnationOf(event) >= incarnationIn(context.state) && incarnationOf(event) > 0,
  'an exit turned up, or of a newer incarnation': ({ context, event }: Heard) =>
    incarnationOf(event) > incarnationIn(context.state) ||
    (isGone(context.state) && incarnationOf(event) === incarnationIn(context.state)),
  'no results are to be kept': ({ context }: Heard) => context.cancel?.keep === undefined,
  'exited with 0': ({ context: { state } }: Heard) =>
    state.kind === 'fetching' && 'exit' in state && exitedWell(state.exit),
}

const { createMachine } = setup({ types, guards })

const vanished = [
  { target: 'fetching', guard: 'gone after it had begun' },
  { target: 'cancelled', guard: 'gone and cancel is wanted' },
  { target: 'failed', guard: 'not an older incarnation' },
] as const
const stopped = [
  { target: 'failed', guard: 'a log rule wants its end' },
  { target: 'fetching', guard: 'results are to be kept' },
  { target: 'cancelled' },
] as const
const absent = [
  { target: 'cancelled', guard: 'missing and cancel is wanted' },
  { target: 'lost', guard: 'missing for the grace' },
] as const
const revoked = { target: 'lost', guard: 'missing' } as const
const ended = { target: 'fetching', guard: 'not an older incarnation' } as const
const endedAsUnwanted = [
  { target: 'failed', guard: 'a log rule wants its end' },
  { target: 'cancelled', guard: 'cancel is wanted' },
  { target: 'failed' },
] as const

export const jobMachine = createMachine({
  context: { state: { kind: 'submitting', since: 0 }, now: 0, lostGrace: 0, revokeFirst: false },
  initial: 'submitting',
  states: {
    submitting: {
      on: {
        sent: 'submitting',
        accepted: 'queued',
        'submission-refused': [{ target: 'cancelled', guard: 'cancel is wanted' }, { target: 'failed' }],
        'not-tried': [{ target: 'cancelled', guard: 'cancel is wanted' }, { target: 'submitting' }],
        doubt: 'submit-unknown',
        cancel: { target: 'cancelled', guard: 'never sent' },
        queued: 'queued',
        held: 'held',
        running: 'running',
        ended,
        vanished,
        stopped,
      },
    },
    'submit-unknown': {
      on: {
        accepted: 'queued',
        queued: 'queued',
        held: 'held',
        running: 'running',
        ended,
        vanished,
        absent: [
          { target: 'cancelled', guard: 'submitter is gone and cancel is wanted' },
          { target: 'submitting', guard: 'submitter is gone' },
        ],
        stopped,
        abandoned: 'lost',
      },
    },
    queued: {
      on: { held: 'held', running: 'running', ended, vanished, absent, stopped, revoked, abandoned: 'lost' },
    },
    held: {
      on: {
        queued: 'queued',
        running: 'running',
        ended,
        vanished,
        absent,
        stopped,
        revoked,
        abandoned: 'lost',
      },
    },
    running: {
      on: {
        running: { target: 'running', guard: 'newer incarnation' },
        ended,
        vanished,
        absent,
        stopped,
        revoked,
        abandoned: 'lost',
      },
    },
    fetching: {
      on: {
        ended: { target: 'fetching', guard: 'an exit turned up, or of a newer incarnation' },
        fetched: [
          { target: 'failed', guard: 'a log rule wants its end' },
          { target: 'cancelled', guard: 'cancel is wanted' },
          { target: 'succeeded', guard: 'exited with 0' },
          { target: 'failed' },
        ],
        missing: endedAsUnwanted,
        'fetch-refused': endedAsUnwanted,
        stopped: [
          { target: 'failed', guard: 'a log rule wants its end' },
          { target: 'cancelled', guard: 'no results are to be kept' },
        ],
      },
    },
    succeeded: { type: 'final' },
    failed: { type: 'final' },
    cancelled: { type: 'final' },
    lost: { on: { ended } },
  },
})

/** One line of the table of legal moves. */
export interface LegalMove {
  readonly from: JobState['kind']
  readonly on: News['type']
  readonly to: JobState['kind']
  /** In words; several moves on the same news are tried in order. */
  readonly when?: keyof typeof guards
}

/** The table of legal moves, read from the machine itself. */
export const legalMoves: readonly LegalMove[] = Object.values(jobMachine.states).flatMap((node) =>
  [...node.transitions.values()]
    .flat()
    .map(({ eventType, target, guard }) => ({
      from: node.key,
      on: eventType,
      to: target?.[0]?.key ?? node.key,
      ...(typeof guard === 'string' ? { when: guard } : {}),
    }))
    .filter(isLegalMove),
)

const movesOn = new Map<string, readonly LegalMove[]>()
for (const move of legalMoves) {
  const place = `${move.from} ${move.on}`
  movesOn.set(place, [...(movesOn.get(place) ?? []), move])
}

/**
 * The state that news leads to, or undefined where it is no legal move: then it is logged and ignored (rule J1). It walks
 * the machine's own table: `transition()` takes up to 0.5 ms until it is compiled, and a look may bring hundreds of news.
 */
export function nextKind(context: JobLife, event: News): JobState['kind'] | undefined {
  const moves = movesOn.get(`${context.state.kind} ${event.type}`)
  return moves?.find(({ when }) => when === undefined || guards[when]({ context, event }))?.to
}

/** xstate gives the names that the machine was made of as plain strings. */
function isLegalMove(move: { from: string; on: string; to: string; when?: string }): move is LegalMove {
  const { states } = jobMachine
  return move.from in states && move.to in states && (move.when === undefined || move.when in guards)
}

export function exitedWell(exit: Exit): boolean {
  return exit.kind === 'code' && exit.code === 0 && exit.reason === undefined
}

/** It was to be stopped with its results kept, and wrote its exit before its host was asked: it goes its normal way (rule J6). */
export function endedByItself({ state, cancel }: Pick<JobLife, 'state' | 'cancel'>): boolean {
  const unasked = cancel?.keep === true && cancel.asked === undefined
  return unasked && state.kind === 'fetching' && 'exit' in state
}

/** It ended without an exit, and not by us. */
export function isGone(state: JobState): boolean {
  return state.kind === 'fetching' && 'gone' in state
}

/** What never began has made nothing. */
function keepsResults({ state, cancel }: JobLife, news: News): boolean {
  return cancel?.keep === true && Math.max(incarnationIn(state), incarnationOf(news)) > 0
}

function submitterIsGone(news: News): boolean {
  return news.type === 'absent' && (news.submitter === 'none' || news.submitter === 'gone')
}

function missingForTheGrace({ missingSince, now, lostGrace }: JobLife): boolean {
  return missingSince !== undefined && now - missingSince >= lostGrace
}

export function incarnationOf(news: News): number {
  if (news.type === 'stopped') return news.end?.incarnation ?? 0
  return 'incarnation' in news ? news.incarnation : 0
}

function incarnationIn(state: JobState): number {
  return 'incarnation' in state ? state.incarnation : 0
}
