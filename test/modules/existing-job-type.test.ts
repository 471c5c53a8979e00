import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'mocha'
import { existingJobType } from '../../src/modules/existing-job-type.ts'
import type { ExistingJobEnd } from '../../src/modules/module-type.ts'
import { moduleTypeSuite } from '../../src/testing/index.ts'

describe('the module type existing-job', () => {
  moduleTypeSuite({ test: it }, existingJobType, async () => ({
    inputs: { machine: 'hpc', id: 4711 },
    wrong: { id: '47; rm', accept: 'all', machine: '' },
    folder: tmpdir(),
    close: async () => {},
  }))

  const answered = (end: ExistingJobEnd, accept: string) => {
    const { act } = existingJobType
    assert(act.kind === 'wait')
    const wait = act.wait({ machine: 'hpc', id: '4711_3', accept }, 0, {})
    assert(wait.kind === 'existing-job')
    return act.answer({ ...wait, end }, () => Promise.reject(new TypeError('it reads no file')))
  }
  const failed = { result: 'failed', code: 3, reason: 'walltime', evidence: 'accounting: TIMEOUT' } as const
  const unknown = { result: 'unknown', evidence: 'no row' } as const

  it('fails as the job did, with reason, code and evidence', async () => {
    await assert.rejects(
      answered(failed, 'succeeded'),
      /job 4711_3 on hpc failed: walltime, exit code 3 \(accounting: TIMEOUT\)/,
    )
    assert.deepEqual(await answered(failed, 'any'), { result: 'failed', code: 3, evidence: failed.evidence })
  })

  it('takes an unknown result for done only where that is said', async () => {
    await assert.rejects(answered(unknown, 'succeeded'), /ended, result unknown; `accept: unknown`/)
    assert.deepEqual(await answered(unknown, 'unknown'), {
      result: 'unknown',
      code: null,
      evidence: 'no row',
    })
    await assert.rejects(answered(failed, 'unknown'), /failed/)
  })
})
