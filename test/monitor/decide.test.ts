import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import { transition } from 'xstate'
import { jobKey, nativeId, signature, tag, workspaceId } from '../../src/core/ids.ts'
import { tagOf } from '../../src/core/tag-of.ts'
import { decide } from '../../src/monitor/decide.ts'
import { jobMachine, legalMoves, nextKind } from '../../src/monitor/job-machine.ts'
import type { News } from '../../src/monitor/job-news.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { isFinal, type JobState } from '../../src/records/job-state.ts'
import { spec } from './monitor-fixture.ts'

const id = nativeId('7')
const evidence = 'seen'
const grace = 1000
const exit0 = { kind: 'code', code: 0 } as const
const exit1 = { kind: 'code', code: 1 } as const
const times = { startedAt: 1, endedAt: 2 }

const states = {
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

const news = {
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
const table: Readonly<Record<string, Row>> = {
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

const key = jobKey('a')
const about = tag('jaaaaaaaaaaaa')
const context = { workspace: workspaceId('w'), now: 5000, lostGrace: grace }

function record(state: JobState, rest: Partial<JobRecord> = {}): JobRecord {
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

describe('decide', () => {
  for (const [state, from] of Object.entries(states))
    for (const [item, one] of Object.entries(news)) {
      const to = table[state]?.[item]
      it(`takes a job that is ${state} ${to ? `to ${to}` : 'nowhere'} on ${item}`, () => {
        const decision = decide(record(from), about, one, context)
        if (to === undefined) assert.deepEqual(decision?.job.state ?? from, from)
        else assert.equal(decision?.job.state.kind, to)
      })
    }

  it('fails a job that is gone for the reason that its host gave, when what it printed is here', () => {
    const gone = decide(record(states.running), about, news.vanished, context)?.job ?? assert.fail()
    const { state } = decide(gone, about, news.fetched, context)?.job ?? assert.fail()
    const { since } = state
    assert.deepEqual(state, {
      kind: 'failed',
      since,
      reason: 'node-failure',
      message: evidence,
      incarnation: 2,
    })
    const cancelled = { ...gone, cancelRequested: { at: 1, by: 'ann' } }
    assert.equal(decide(cancelled, about, news.fetched, context)?.job.state.kind, 'cancelled')
    const { job } = decide(gone, about, news.ended, context) ?? assert.fail()
    assert.equal(decide(job, about, news.fetched, context)?.job.state.kind, 'succeeded', 'its exit turned up')
  })

  it('ignores news of another attempt', () => {
    const decision = decide(record(states.running), tag('jother'), news.ended, context)
    assert.equal(decision, undefined)
  })

  it('holds a job for lost only when it is missing twice, a grace apart', () => {
    const absent = news.absent
    const once = decide(record(states.running), about, absent, context)?.job
    assert.equal(once?.missingSince, 5000)
    assert.equal(once?.state.kind, 'running')
    assert.equal(decide(once ?? assert.fail(), about, absent, { ...context, now: 5999 }), undefined)
    const twice = decide(once ?? assert.fail(), about, absent, { ...context, now: 6000 })
    assert.equal(twice?.job.state.kind, 'lost')
    assert.equal(twice?.ended, true)
  })

  it('forgets that a job was missing when it is seen again', () => {
    const missing = record(states.queued, { missingSince: 1 })
    const found = decide(missing, about, news.queued, context)?.job
    assert.equal(found && 'missingSince' in found, false)
  })

  it('runs a job again where a rule says so: a new tag, more memory, a doubled delay, the earlier attempt kept', () => {
    const retry = [{ on: ['exit-code' as const], attempts: 3, delay: '10s', memory: 'x2' as const }]
    const ended = record(states.fetchingBad, {
      retry,
      spec: { ...spec, resources: { memory: '2 GiB' } },
    })
    const first = decide(ended, about, news.fetched, context)
    assert.equal(first?.job.attempt, 2)
    assert.equal(first.job.tag, tagOf(workspaceId('w'), key, 2))
    assert.deepEqual(first.job.state, { kind: 'submitting', since: 5000, notBefore: 15_000 })
    assert.equal(first.job.spec.resources.memory, '4 GiB')
    assert.equal(first.job.earlier[0]?.state.kind, 'failed')
    assert.deepEqual(
      first.changes.map(({ to }) => to),
      ['failed', 'submitting'],
    )
    assert.equal(first.ended, false)
    const again = { ...first.job, state: states.fetchingBad }
    const second = decide(again, again.tag, news.fetched, context)
    assert.deepEqual(second?.job.state, { kind: 'submitting', since: 5000, notBefore: 25_000 })
    const last = { ...(second?.job ?? assert.fail()), state: states.fetchingBad }
    const end = decide(last, last.tag, news.fetched, context)
    assert.equal(end?.job.state.kind, 'failed')
    assert.equal(end.ended, true)
  })

  it('fails a job with the reason stopped-by-rule when a log rule had it stopped', () => {
    const cancel = { type: 'cancel', by: 'a rule', rule: 'NaN' } as const
    const wanted = decide(record(states.running), about, cancel, context)?.job
    const state = decide(wanted ?? assert.fail(), about, news.stopped, context)?.job.state
    assert.equal(state?.kind === 'failed' && state.reason, 'stopped-by-rule')
  })

  it('notes once that nobody can see a running job, and that it is seen again', () => {
    const unseen = decide(record(states.running), about, news.runningUnseen, context)
    assert.deepEqual(unseen?.job.noted, { since: 5000, text: evidence, unseen: true })
    assert.equal(unseen.changes.length, 1)
    assert.equal(decide(unseen.job, about, news.runningUnseen, { ...context, now: 9000 }), undefined)
    const seen = decide(unseen.job, about, news.running, context)
    assert.deepEqual([seen?.changes.length, seen && 'noted' in seen.job], [1, false])
    const ended = decide(unseen.job, about, news.ended, context)
    assert.equal(ended && 'noted' in ended.job, false)
  })

  it('keeps an unknown word in the history and changes nothing', () => {
    const decision = decide(record(states.running), about, news.unclear, context)
    assert.equal(decision?.changes[0]?.evidence.text, '??')
    assert.equal(decision.job.state.kind, 'running')
  })

  it('never leaves a final state, whatever the order and repetition of news', () => {
    const anyNews = fc.constantFrom(...Object.values(news))
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(states)),
        fc.array(anyNews, { maxLength: 30 }),
        (from, all) => {
          let job = record(from)
          let now = 5000
          for (const one of all) {
            const before = job.state
            job = decide(job, about, one, { ...context, now: (now += 700) })?.job ?? job
            if (!isFinal(before)) continue
            const reopened = before.kind === 'lost' && one.type === 'ended' && job.state.kind === 'fetching'
            if (!reopened) assert.deepEqual(job.state, before)
          }
        },
      ),
    )
  })

  it('succeeds only with an exit code 0 and outputs that were fetched', () => {
    const anyNews = fc.constantFrom(...Object.entries(news))
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 30 }), (all) => {
        let job = record(states.waiting)
        for (const [, one] of all) {
          const before = job.state
          job = decide(job, about, one, context)?.job ?? job
          if (job.state.kind !== 'succeeded' || before.kind === 'succeeded') continue
          assert.equal(one.type, 'fetched')
          assert.deepEqual(before.kind === 'fetching' && 'exit' in before && before.exit, exit0)
          assert.equal(stopAsked(job), false)
        }
      }),
    )
  })
})

/** Its host was told to end it before it ended, with its results kept: whatever came home, it has no success. */
const stopAsked = ({ cancelRequested: wish }: JobRecord) => wish?.keep === true && wish.asked !== undefined

const wishes = [
  {},
  { cancel: { by: 'ann' } },
  { cancel: { by: 'a rule', rule: 'x' } },
  { cancel: { by: 'ann', keep: true as const } },
  { cancel: { by: 'ann', keep: true as const, asked: 1 } },
]

describe('legalMoves', () => {
  it('names a move for every change that decide makes', () => {
    const moves = new Set(legalMoves.map(({ from, on, to }) => `${from} ${on} ${to}`))
    for (const from of Object.values(states))
      for (const one of Object.values(news)) {
        const to = decide(record(from), about, one, context)?.job.state
        if (to && to !== from) assert.ok(moves.has(`${from.kind} ${one.type} ${to.kind}`))
      }
  })

  it('leads where xstate itself says, for every state, news and condition', () => {
    for (const state of [...Object.values(states), { kind: 'fetching', since: 0, incarnation: 2 } as const])
      for (const event of Object.values(news))
        for (const missing of [{}, { missingSince: 0 }, { missingSince: 4999 }])
          for (const cancel of wishes)
            for (const revokeFirst of [false, true]) {
              const life = { state, now: 5000, lostGrace: grace, revokeFirst, ...missing, ...cancel }
              const snapshot = jobMachine.resolveState({ value: state.kind, context: life })
              const [next] = transition(jobMachine, snapshot, event)
              assert.equal(nextKind(life, event), snapshot.can(event) ? next.value : undefined)
            }
  })

  it('has no move out of succeeded, failed and cancelled', () => {
    const from = legalMoves.map((move) => move.from)
    assert.deepEqual(
      from.filter((state) => ['succeeded', 'failed', 'cancelled'].includes(state)),
      [],
    )
  })
})
