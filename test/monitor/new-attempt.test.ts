import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobKey, signature, tag, workspaceId } from '../../src/core/ids.ts'
import { isEnded, newAttempt, ruleFor } from '../../src/monitor/new-attempt.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { spec } from './monitor-fixture.ts'

const rule = { on: ['exit-code' as const], attempts: 2, delay: '10s' }
const failed = { kind: 'failed', since: 0, reason: 'exit-code', message: '', incarnation: 1 } as const

function record(more: Partial<JobRecord> = {}): JobRecord {
  const first = { key: jobKey('k'), signature: signature('s'), name: 'n', destination: 'here', spec, log: [] }
  return { ...first, retry: [rule], attempt: 1, tag: tag('j'), state: failed, earlier: [], ...more }
}

function again(job: JobRecord, by?: typeof rule): JobRecord {
  if (!isEnded(job)) assert.fail(job.state.kind)
  return newAttempt(workspaceId('w'), job, 1000, by)
}

describe('the attempts of a retry rule', () => {
  it('are counted since a user or a run asked for the job last', () => {
    const second = { ...again(record(), rule), state: failed }
    assert.equal(ruleFor(second, failed), undefined)
    const third = { ...again(second), state: failed }
    assert.equal(ruleFor(third, failed), rule)
    const fourth = again(third, rule)
    assert.deepEqual([fourth.attempt, fourth.earlier.length], [4, 3])
    assert.equal(ruleFor(fourth, failed), undefined)
  })

  it('double their delay from the first of the request', () => {
    const second = { ...again(record()), state: failed }
    const asked = { ...again(second), state: failed }
    const { state } = again(asked, rule)
    assert.equal(state.kind === 'submitting' && state.notBefore, 11_000)
  })

  it('go where the rule sends them, with what that destination adds instead of the former', () => {
    const asked = { resources: { memory: '2 GiB' }, environment: { A: '1' }, load: [], retry: [rule] }
    const there = { ...spec, resources: { memory: '2 GiB', cores: 4 }, environment: { A: '1', B: 'small' } }
    const to = { on: ['out-of-memory' as const], attempts: 3, memory: 'x2' as const, destination: 'big' }
    const job = record({ spec: there, asked, retry: [rule, to] })
    const big = { resources: { partition: 'large' }, resubmit: [{ on: ['walltime' as const], attempts: 4 }] }
    const defaultsOf = (name: string) => (name === 'big' ? big : undefined)
    if (!isEnded(job)) assert.fail(job.state.kind)
    const next = newAttempt(workspaceId('w'), job, 1000, to, defaultsOf)
    assert.equal(next.destination, 'big')
    assert.deepEqual(next.spec.resources, { memory: '4 GiB', partition: 'large' })
    assert.deepEqual(next.spec.environment, { A: '1' })
    assert.deepEqual(next.retry, [rule, ...big.resubmit])
    assert.deepEqual(next.earlier.at(-1)?.destination, 'here')
    const stays = newAttempt(workspaceId('w'), job, 1000, { ...to, destination: 'gone' }, defaultsOf)
    assert.deepEqual([stays.destination, stays.spec.resources.cores], ['here', 4])
  })

  it('are all that there were in a record that does not say who asked, as older versions wrote', () => {
    const earlier = [{ attempt: 1, tag: tag('j1'), destination: 'here', state: failed }]
    assert.equal(ruleFor(record({ attempt: 2, earlier }), failed), undefined)
    assert.equal(ruleFor(record(), failed), rule)
  })
})
