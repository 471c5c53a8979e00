import { jobKey, nativeId, signature, tag, workspaceId } from '../../src/core/ids.ts'
import type { News } from '../../src/monitor/job-news.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import type { JobState } from '../../src/records/job-state.ts'
import { spec } from './monitor-fixture.ts'

// Every state, every piece of news, and what the one does to the other.

const id = nativeId('7')
export const evidence = 'seen'
export const grace = 1000
export const exit0 = { kind: 'code', code: 0 } as const
const exit1 = { kind: 'code', code: 1 } as const
const times = { startedAt: 1, endedAt: 2 }

export const states = {
  waiting: { kind: 'submitting', since: 0 },
  sent: { kind: 'submitting', since: 0, intent: 1 },
  unknown: { kind: 'submit-unknown', since: 0, why: 'cut' },
  queued: { kind: 'queued', since: 0, nativeId: id },
  held: { kind: 'held', since: 0, nativeId: id, why: 'user hold' },
  running: { kind: 'running', since: 0, nativeId: id, incarnation: 2, startedAt: 1 },
  fetching: { kind: 'fetching', since: 0, incarnation: 2, exit: exit0, ...times },
  fetchingBad: { kind: 'fetching', since: 0, incarnation: 2, exit: exit1, ...times },
  fetchingGone: {
    kind: 'fetching',
    since: 0,
    incarnation: 2,
    gone: { reason: 'walltime', message: 'TIMEOUT' },
  },
  succeeded: { kind: 'succeeded', since: 0, outputs: {}, incarnation: 2, ...times },
  failed: { kind: 'failed', since: 0, reason: 'exit-code', message: '', incarnation: 2 },
  cancelled: { kind: 'cancelled', since: 0, by: 'ann', incarnation: 2 },
  lost: { kind: 'lost', since: 0, why: '', incarnation: 2 },
} as const satisfies Record<string, JobState>

export const news = {
  sent: { type: 'sent' },
  accepted: { type: 'accepted', nativeId: id, evidence },
  refused: { type: 'submission-refused', reason: 'submission-refused', message: 'no' },
  notTried: { type: 'not-tried', message: 'full', notBefore: 9 },
  doubt: { type: 'doubt', message: 'cut' },
  quiet: { type: 'quiet' },
  submitting: { type: 'submitting', evidence },
  queued: { type: 'queued', nativeId: id, evidence },
  held: { type: 'held', nativeId: id, evidence },
  running: { type: 'running', nativeId: id, incarnation: 2, startedAt: 1, evidence },
  runningUnseen: { type: 'running', nativeId: id, incarnation: 2, startedAt: 1, evidence, unseen: true },
  runningOld: { type: 'running', nativeId: id, incarnation: 1, startedAt: 1, evidence },
  runningNew: { type: 'running', nativeId: id, incarnation: 3, startedAt: 1, evidence },
  ended: { type: 'ended', incarnation: 2, exit: exit0, ...times, evidence },
  endedOld: { type: 'ended', incarnation: 1, exit: exit0, ...times, evidence },
  vanished: { type: 'vanished', reason: 'node-failure', incarnation: 2, evidence },
  vanishedEarly: { type: 'vanished', reason: 'node-failure', incarnation: 0, evidence },
  absent: { type: 'absent', submitter: 'gone', evidence },
  absentAlive: { type: 'absent', submitter: 'alive', evidence },
  unclear: { type: 'unclear', evidence: '??' },
  cancel: { type: 'cancel', by: 'ann' },
  stop: { type: 'cancel', by: 'ann', keep: true },
  asked: { type: 'asked' },
  stopped: { type: 'stopped', evidence },
  stoppedAt: { type: 'stopped', evidence, end: { incarnation: 3, wrote: { exit: exit1, ...times } } },
  pending: { type: 'pending', evidence },
  revoked: { type: 'revoked', evidence },
  abandoned: { type: 'abandoned', by: 'ann', evidence },
  fetched: { type: 'fetched', outputs: {} },
  missing: { type: 'missing', outputs: ['a'], message: 'no a' },
  notFetched: { type: 'fetch-refused', reason: 'output-too-large', message: 'too large' },
} as const satisfies Record<string, News>

type Row = Readonly<Record<string, JobState['kind']>>

const runs = {
  running: 'running',
  runningUnseen: 'running',
  runningOld: 'running',
  runningNew: 'running',
} as const
const ends = {
  ended: 'fetching',
  vanished: 'fetching',
  stopped: 'cancelled',
  stoppedAt: 'cancelled',
} as const
const early: Row = { ...runs, ...ends, endedOld: 'fetching', vanishedEarly: 'failed' }
const asked: Row = {
  ...early,
  sent: 'submitting',
  accepted: 'queued',
  refused: 'failed',
  notTried: 'submitting',
  doubt: 'submit-unknown',
  queued: 'queued',
  held: 'held',
}
const fetching: Row = {
  stopped: 'cancelled',
  stoppedAt: 'cancelled',
  missing: 'failed',
  notFetched: 'failed',
}

/** What each piece of news does in each state; what is not here does nothing to the state. */
export const table: Readonly<Record<string, Row>> = {
  waiting: { ...asked, cancel: 'cancelled', stop: 'cancelled' },
  sent: asked,
  unknown: {
    ...early,
    accepted: 'queued',
    queued: 'queued',
    held: 'held',
    absent: 'submitting',
    abandoned: 'lost',
  },
  queued: { ...early, held: 'held', abandoned: 'lost' },
  held: { ...early, queued: 'queued', abandoned: 'lost' },
  running: { ...ends, runningNew: 'running', abandoned: 'lost' },
  fetching: { ...fetching, fetched: 'succeeded' },
  fetchingBad: { ...fetching, fetched: 'failed' },
  fetchingGone: { ...fetching, ended: 'fetching', fetched: 'failed' },
  lost: { ended: 'fetching' },
}

export const key = jobKey('a')
export const about = tag('jaaaaaaaaaaaa')
export const context = { workspace: workspaceId('w'), now: 5000, lostGrace: grace }

export function record(state: JobState, rest: Partial<JobRecord> = {}): JobRecord {
  return {
    key,
    signature: signature('a'),
    name: 'a',
    destination: 'here',
    spec,
    retry: [],
    log: [],
    attempt: 1,
    tag: about,
    state,
    earlier: [],
    ...rest,
  }
}
