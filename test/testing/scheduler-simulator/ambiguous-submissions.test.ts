import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ambiguousSubmissions, type Ambiguity } from './ambiguous-submissions.ts'
import type { Dialect } from './simulated-host.ts'

/** What takes no waiting; the rest, and a thousand seeds of each, are in test/live. */
const cases: readonly (readonly [Dialect, Ambiguity])[] = [
  ['slurm', 'accepted, and timed out'],
  ['slurm', 'accepted, and the reply cut'],
  ['gridengine', 'accepted, and no id'],
  ['gridengine', 'warnings around the id'],
  ['pbs', 'accepted, and the reply cut'],
]

describe('a submission of which nobody knows whether it was accepted', () => {
  for (const [dialect, ambiguity] of cases)
    it(`is found and run once on ${dialect}: ${ambiguity}`, async () => {
      const tally = await ambiguousSubmissions(dialect, ambiguity, [1, 2])
      assert.deepEqual(tally, { jobs: 2, accepted: 2, executions: 2, adopted: 2 })
    })

  it('is found as an array, and each of its elements runs once', async () => {
    const tally = await ambiguousSubmissions('slurm', 'accepted, and the reply cut', [1], 3)
    assert.deepEqual(tally, { jobs: 3, accepted: 3, executions: 3, adopted: 3 })
  })
})
