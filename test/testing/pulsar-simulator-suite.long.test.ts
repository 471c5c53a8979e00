import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runnerSuite } from '../../src/testing/runner-suite.ts'
import { failedQuestions } from './failed-questions.ts'
import { onPulsarSimulator } from './on-pulsar-simulator.ts'

describe('the runner for Pulsar', () => {
  it('keeps the contract on a simulated server', async function () {
    this.timeout(120_000)
    const failed = await failedQuestions((harness) =>
      runnerSuite(harness, () => onPulsarSimulator(), { patience: 60_000 }),
    )
    assert.deepEqual(failed, [])
  })
})
