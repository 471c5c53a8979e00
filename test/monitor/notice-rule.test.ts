import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { noticeId } from '../../src/core/ids.ts'
import { concernsOf, faultsOfWhere } from '../../src/monitor/notice-rule.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'

const about = { job: 'k', name: 'align[3] a.b', attempt: '1', state: 'lost', destination: 'hpc' }
const notice: Notice = { id: noticeId('n'), event: 'job-ended', at: 0, title: '', text: '', about }

describe('where of a rule', () => {
  const cases: readonly (readonly [
    where: Readonly<Record<string, string | readonly string[]>>,
    fits: boolean,
  ])[] = [
    [{}, true],
    [{ state: 'lost' }, true],
    [{ state: ['failed', 'lost'] }, true],
    [{ state: 'failed' }, false],
    [{ state: 'lost', destination: 'other' }, false],
    [{ name: 'align[*' }, true],
    [{ name: '*a.b' }, true],
    [{ name: 'align[3] aXb' }, false],
    [{ name: 'align' }, false],
  ]
  for (const [where, fits] of cases)
    it(`${JSON.stringify(where)} is ${fits ? '' : 'not '}about it`, () => {
      assert.equal(concernsOf({ on: ['job-ended'], where })(notice), fits)
      assert.equal(concernsOf({ on: ['run-failed'], where })(notice), false)
    })

  it('asks for nothing that the events do not tell, and no state that no job ends in', () => {
    assert.deepEqual(
      faultsOfWhere({ on: ['job-ended'], where: { state: ['failed', 'l*'], name: 'x' } }),
      new Map(),
    )
    const faults = faultsOfWhere({
      on: ['run-failed', 'job-ended'],
      where: { pipeline: 'x', state: 'failed' },
    })
    assert.match(
      faults.get('pipeline') ?? '',
      /`job-ended` do not tell `pipeline`, but job, .*rule of its own/,
    )
    assert.match(faults.get('state') ?? '', /`run-failed` do not tell `state`/)
    const wrong = faultsOfWhere({ on: ['job-ended'], where: { state: 'faild' } })
    assert.match(wrong.get('state') ?? '', /no job ends as `faild`; it is one of succeeded/)
  })
})
