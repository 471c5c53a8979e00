import { describe, it } from 'mocha'
import { replay } from './replay.ts'

describe('the simulated Grid Engine', () => {
  it('answers of jobs in the queue as the recorded one did', () => replay('gridengine', 'gridengine-queue'))
  it('answers of jobs that ended as the recorded one did', () => replay('gridengine', 'gridengine-ended'))
  it('refuses and fails in the words that were recorded', () => replay('gridengine', 'gridengine-refusals'))
})
