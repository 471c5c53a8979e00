import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { besideOf } from '../../../src/web/page/jobs/beside-of.ts'
import { stayingOutputs } from '../../../src/web/page/job/staying-outputs.ts'
import { arrayElement } from '../../../src/web/page/words/array-element.ts'
import { jobRowOf } from './rows.ts'

describe('words of the page', () => {
  it('name the element of a job array as each scheduler does, and nothing else', () => {
    assert.equal(arrayElement('slurm', '17_3'), 'element 3 of job array 17')
    assert.equal(arrayElement('pbs', '17[3].head'), 'element 3 of job array 17')
    assert.equal(arrayElement('gridengine', '17.3'), 'element 3 of job array 17')
    assert.equal(arrayElement('slurm', '17'), undefined)
    assert.equal(arrayElement('pbs', '17.head'), undefined)
    assert.equal(arrayElement('local', '17_3'), undefined)
    assert.equal(arrayElement(undefined, undefined), undefined)
  })

  it('say beside a state how far files are', () => {
    const travel = { way: 'there', done: 1024, total: 4096 } as const
    assert.equal(
      besideOf(jobRowOf('a', { state: 'submitting', travel })),
      '1.0 KiB of 4.0 KiB of inputs sent',
    )
    assert.equal(
      besideOf(jobRowOf('a', { state: 'fetching', travel: { ...travel, way: 'home' } })),
      '1.0 KiB of 4.0 KiB of outputs brought home',
    )
    assert.equal(besideOf(jobRowOf('a', { spared: { until: 5, why: 'spent' } })), 'budget spent')
  })

  it('name the outputs that stay where they were made', () => {
    const outputs = {
      bam: { kind: 'file', path: 'a.bam', optional: false, stays: true },
      log: { kind: 'text' },
    }
    assert.deepEqual(stayingOutputs({ outputs }), ['bam'])
    assert.deepEqual(stayingOutputs({}), [])
  })
})
