import { setup, transition } from 'xstate'
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
//   fetching        it wrote its exit; outputs and streams are being brought home
//   succeeded       exit code 0, written by the job itself, and every declared output is here
//   failed          it ended otherwise, and we know why
//   cancelled       somebody asked for its end, and the host confirmed it
//   lost            twice and a grace apart there was no trace of it; an exit file that turns up reopens it
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
  readonly cancel?: { readonly by: string; readonly rule?: string }
  /** A retry rule waits for `lost`: the host must confirm first that the old attempt cannot run (rule J2). */
  readonly revokeFirst: boolean
}

const types: { context?: JobLife; events?: News } = {}

const { createMachine } = setup({
  types,
  guards: {
    'cancel is wanted': ({ context }) => context.cancel !== undefined,
    'a log rule wants its end': ({ context }) => context.cancel?.rule !== undefined,
    'never sent': ({ context: { state } }) => state.kind === 'submitting' && state.intent === undefined,
    'submitter is gone': ({ event }) => submitterIsGone(event),
    'submitter is gone and cancel is wanted': ({ context, event }) =>
      submitterIsGone(event) && context.cancel !== undefined,
    missing: ({ context }) => context.missingSince !== undefined,
    'missing for the grace': ({ context }) => missingForTheGrace(context) && !context.revokeFirst,
    'missing and cancel is wanted': ({ context }) =>
      missingForTheGrace(context) && context.cancel !== undefined,
    'newer incarnation': ({ context, event }) => incarnationOf(event) > incarnationIn(context.state),
    'not an older incarnation': ({ context, event }) => incarnationOf(event) >= incarnationIn(context.state),
    'gone and cancel is wanted': ({ context, event }) =>
      incarnationOf(event) >= incarnationIn(context.state) &&
      context.cancel !== undefined &&
      context.cancel.rule === undefined,
    'exited with 0': ({ context: { state } }) => state.kind === 'fetching' && exitedWell(state.exit),
  },
})

const vanished = [
  { target: 'cancelled', guard: 'gone and cancel is wanted' },
  { target: 'failed', guard: 'not an older incarnation' },
] as const
const stopped = [{ target: 'failed', guard: 'a log rule wants its end' }, { target: 'cancelled' }] as const
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
      },
    },
    queued: {
      on: { held: 'held', running: 'running', ended, vanished, absent, stopped, revoked },
    },
    held: {
      on: { queued: 'queued', running: 'running', ended, vanished, absent, stopped, revoked },
    },
    running: {
      on: {
        running: { target: 'running', guard: 'newer incarnation' },
        ended,
        vanished,
        absent,
        stopped,
        revoked,
      },
    },
    fetching: {
      on: {
        ended: { target: 'fetching', guard: 'newer incarnation' },
        fetched: [
          { target: 'failed', guard: 'a log rule wants its end' },
          { target: 'cancelled', guard: 'cancel is wanted' },
          { target: 'succeeded', guard: 'exited with 0' },
          { target: 'failed' },
        ],
        missing: endedAsUnwanted,
        'fetch-refused': endedAsUnwanted,
        stopped,
      },
    },
    succeeded: { type: 'final' },
    failed: { type: 'final' },
    cancelled: { type: 'final' },
    lost: { on: { ended } },
  },
})

/** The state that news leads to, or undefined where it is no legal move: then it is logged and ignored (rule J1). */
export function nextKind(life: JobLife, news: News): JobState['kind'] | undefined {
  const snapshot = jobMachine.resolveState({ value: life.state.kind, context: life })
  if (!snapshot.can(news)) return undefined
  return transition(jobMachine, snapshot, news)[0].value
}

/** One line of the table of legal moves. */
export interface LegalMove {
  readonly from: string
  readonly on: string
  readonly to: string
  /** In words; several moves on the same news are tried in order. */
  readonly when?: string
}

/** The table of legal moves, read from the machine itself, for the docs and the tests. */
export function legalMoves(): readonly LegalMove[] {
  return Object.values(jobMachine.states).flatMap((node) =>
    [...node.transitions.values()].flat().map((move) => ({
      from: node.key,
      on: move.eventType,
      to: move.target?.[0]?.key ?? node.key,
      ...(typeof move.guard === 'string' ? { when: move.guard } : {}),
    })),
  )
}

export function exitedWell(exit: Exit): boolean {
  return exit.kind === 'code' && exit.code === 0 && exit.reason === undefined
}

function submitterIsGone(news: News): boolean {
  return news.type === 'absent' && (news.submitter === 'none' || news.submitter === 'gone')
}

function missingForTheGrace({ missingSince, now, lostGrace }: JobLife): boolean {
  return missingSince !== undefined && now - missingSince >= lostGrace
}

function incarnationOf(news: News): number {
  return 'incarnation' in news ? news.incarnation : 0
}

function incarnationIn(state: JobState): number {
  return 'incarnation' in state ? state.incarnation : 0
}
