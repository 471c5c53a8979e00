import { describe, it } from 'mocha'
import { replay } from './replay.ts'

describe('the simulated PBS', () => {
  it('answers of jobs in the queue as the recorded one did', () => replay('pbs', 'pbs-queue'))
  it('answers of jobs that ended as the recorded one did', () => replay('pbs', 'pbs-ended'))
  it('refuses and fails in the words that were recorded', () => replay('pbs', 'pbs-refusals'))
})
