import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'mocha'
import { transition } from 'xstate'
import { tag, workspaceId } from '../../src/core/ids.ts'
import { tagOf } from '../../src/core/tag-of.ts'
import { decide } from '../../src/monitor/decide.ts'
import { jobMachine, legalMoves, nextKind } from '../../src/monitor/job-machine.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { isFinal } from '../../src/records/job-state.ts'
import { about, context, evidence, exit0, grace, key, news, record, states, table } from './decide-cases.ts'
import { spec } from './monitor-fixture.ts'

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
