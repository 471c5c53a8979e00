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

  it('are all that there were in a record that does not say who asked, as older versions wrote', () => {
    const earlier = [{ attempt: 1, tag: tag('j1'), destination: 'here', state: failed }]
    assert.equal(ruleFor(record({ attempt: 2, earlier }), failed), undefined)
    assert.equal(ruleFor(record(), failed), rule)
  })
})
