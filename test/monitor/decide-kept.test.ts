import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import { jobKey, nativeId, signature, tag, workspaceId } from '../../src/core/ids.ts'
import { decide } from '../../src/monitor/decide.ts'
import type { News } from '../../src/monitor/job-news.ts'
import type { CancelWish, JobRecord } from '../../src/records/job-record.ts'
import { isFinal, type JobState } from '../../src/records/job-state.ts'
import { spec } from './monitor-fixture.ts'

const id = nativeId('7')
const evidence = 'seen'
const exit0 = { kind: 'code', code: 0 } as const
const exit1 = { kind: 'code', code: 1 } as const
const times = { startedAt: 1, endedAt: 2 }
const outputs = { table: 7 }
const key = jobKey('a')
const about = tag('jaaaaaaaaaaaa')
const context = { workspace: workspaceId('w'), now: 5000, lostGrace: 1000 }

const states = {
  waiting: { kind: 'submitting', since: 0 },
  sent: { kind: 'submitting', since: 0, intent: 1 },
  unknown: { kind: 'submit-unknown', since: 0, why: 'cut' },
  queued: { kind: 'queued', since: 0, nativeId: id },
  running: { kind: 'running', since: 0, nativeId: id, incarnation: 2, startedAt: 1 },
  fetching: { kind: 'fetching', since: 0, incarnation: 2, exit: exit0, ...times },
  fetchingBad: { kind: 'fetching', since: 0, incarnation: 2, exit: exit1, ...times },
  fetchingGone: { kind: 'fetching', since: 0, incarnation: 2 },
} as const satisfies Record<string, JobState>

const news = {
  stop: { type: 'cancel', by: 'ann', keep: true },
  cancel: { type: 'cancel', by: 'bob' },
  asked: { type: 'asked' },
  refused: { type: 'submission-refused', reason: 'submission-refused', message: 'no' },
  notTried: { type: 'not-tried', message: 'full', notBefore: 9 },
  accepted: { type: 'accepted', nativeId: id, evidence },
  running: { type: 'running', nativeId: id, incarnation: 2, startedAt: 1, evidence },
  ended: { type: 'ended', incarnation: 2, exit: exit0, ...times, evidence },
  endedBadly: { type: 'ended', incarnation: 2, exit: exit1, ...times, evidence },
  vanished: { type: 'vanished', reason: 'node-failure', incarnation: 2, evidence },
  neverBegan: { type: 'vanished', reason: 'cancelled-by-us', incarnation: 0, evidence },
  absent: { type: 'absent', submitter: 'gone', evidence },
  stopped: { type: 'stopped', evidence },
  stoppedAt: { type: 'stopped', evidence, end: { incarnation: 3, wrote: { exit: exit0, ...times } } },
  fetched: { type: 'fetched', outputs, without: ['output plot: there is no plot.png'] },
  missing: { type: 'missing', outputs: ['a'], message: 'no a' },
} as const satisfies Record<string, News>

const unasked: CancelWish = { at: 1, by: 'ann', keep: true }
const asked: CancelWish = { ...unasked, asked: 2 }

function record(state: JobState, wish?: CancelWish): JobRecord {
  return {
    key,
    signature: signature('a'),
    name: 'a',
    destination: 'here',
    spec,
    retry: [{ on: ['exit-code', 'missing-output', 'lost', 'node-failure'], attempts: 9 }],
    log: [],
    attempt: 1,
    tag: about,
    state,
    earlier: [],
    ...(wish && { cancelRequested: wish }),
  }
}

const after = (job: JobRecord, one: News) => decide(job, about, one, context)?.job

type Case = readonly [
  state: keyof typeof states,
  wish: CancelWish,
  heard: keyof typeof news,
  to: JobState['kind'],
]

const cases: readonly Case[] = [
  ['sent', unasked, 'refused', 'cancelled'],
  ['sent', unasked, 'notTried', 'cancelled'],
  ['sent', unasked, 'accepted', 'queued'],
  ['unknown', unasked, 'absent', 'cancelled'],
  ['queued', asked, 'stopped', 'cancelled'],
  ['queued', asked, 'stoppedAt', 'fetching'],
  ['queued', asked, 'neverBegan', 'cancelled'],
  ['queued', unasked, 'vanished', 'fetching'],
  ['running', unasked, 'ended', 'fetching'],
  ['running', asked, 'ended', 'fetching'],
  ['running', asked, 'stopped', 'fetching'],
  ['running', asked, 'stoppedAt', 'fetching'],
  ['running', asked, 'vanished', 'fetching'],
  ['fetching', unasked, 'fetched', 'succeeded'],
  ['fetching', unasked, 'missing', 'failed'],
  ['fetchingBad', unasked, 'fetched', 'failed'],
  ['fetching', asked, 'fetched', 'cancelled'],
  ['fetching', asked, 'stopped', 'fetching'],
  ['fetchingBad', asked, 'fetched', 'cancelled'],
  ['fetchingGone', asked, 'fetched', 'cancelled'],
  ['fetchingGone', unasked, 'fetched', 'cancelled'],
]

describe('decide, of a job that is to stop with its results kept (J6)', () => {
  for (const [state, wish, heard, to] of cases)
    it(`takes it, ${state} and ${wish.asked ? 'asked' : 'not asked'}, to ${to} on ${heard}`, () => {
      const job = record(states[state], wish)
      assert.equal((after(job, news[heard]) ?? job).state.kind, to)
    })

  it('keeps what came home, and says what was not there', () => {
    const end = after(record(states.fetchingGone, asked), news.fetched)?.state
    assert.deepEqual(end, {
      kind: 'cancelled',
      since: 5000,
      by: 'ann',
      incarnation: 2,
      outputs,
      message: 'stopped by us, results kept; not there: output plot: there is no plot.png',
    })
  })

  it('says of one that never began that there is nothing to keep', () => {
    const end = after(record(states.waiting), news.stop)?.state
    assert.ok(end?.kind === 'cancelled')
    assert.deepEqual([end.message, end.outputs], ['it had not begun: there is nothing to keep', undefined])
  })

  it('does not say of one that left nothing that results are kept', () => {
    const end = after(record(states.fetching, asked), { type: 'fetched', outputs: {} })?.state
    assert.equal(end?.kind === 'cancelled' && end.message, 'stopped by us, no results to keep')
  })

  it('takes how it ended from the look after the stop', () => {
    const state = after(record(states.running, asked), news.stoppedAt)?.state
    assert.deepEqual(state, { kind: 'fetching', since: 5000, incarnation: 3, exit: exit0, ...times })
  })

  it('adds the wish to keep to a plain cancel and to a rule, and no later cancel takes it away', () => {
    for (const before of [
      { at: 1, by: 'bob' },
      { at: 1, by: 'the log rule', rule: 'NaN' },
    ]) {
      const job = after(record(states.running, before), news.stop) ?? assert.fail()
      assert.deepEqual(job.cancelRequested, { at: 5000, by: 'ann', keep: true, asked: 5000 })
      assert.equal(after(job, news.cancel), undefined)
    }
  })

  it('writes down once that its host is asked, and never of one that ended by itself', () => {
    assert.deepEqual(after(record(states.running, unasked), news.asked)?.cancelRequested, {
      ...unasked,
      asked: 5000,
    })
    for (const job of [record(states.running, asked), record(states.fetching, unasked)])
      assert.equal(after(job, news.asked), undefined)
  })

  it('tells its wish as the evidence of who asked', () => {
    const [change] = decide(record(states.running), about, news.stop, context)?.changes ?? []
    assert.deepEqual(change?.evidence, {
      from: 'user',
      text: 'asked by ann to stop, with its results kept',
    })
  })

  it('never lets a job succeed that its host was asked to stop, nor runs one again that was to stop', () => {
    const some = fc.array(fc.constantFrom(...Object.values(news)), { maxLength: 30 })
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(states)), some, (from, all) => {
        let job = record(from, from === states.fetchingGone ? asked : undefined)
        for (const one of all) {
          const { state, cancelRequested: wish, attempt } = job
          job = decide(job, job.tag, one, context)?.job ?? job
          if (isFinal(state)) continue
          if (wish?.keep) assert.deepEqual([job.attempt, job.cancelRequested?.by], [attempt, 'ann'])
          if (wish?.asked !== undefined) assert.notEqual(job.state.kind, 'succeeded')
          if (job.state.kind !== 'cancelled' || job.state.outputs === undefined) continue
          assert.deepEqual([one.type, state.kind, wish?.keep], ['fetched', 'fetching', true])
        }
      }),
    )
  })
})
