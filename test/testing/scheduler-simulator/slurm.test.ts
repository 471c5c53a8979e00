import { describe, it } from 'mocha'
import { replay } from './replay.ts'

describe('the simulated Slurm', () => {
  it('answers of jobs that wait as the recorded one did', () => replay('slurm', 'slurm-waiting'))
  it('answers of jobs that are stopped as the recorded one did', () => replay('slurm', 'slurm-running'))
  it('answers of jobs that ended as the recorded one did', () => replay('slurm', 'slurm-ended'))
  it('starts jobs again as the recorded one did', () => replay('slurm', 'slurm-started-again'))
  it('refuses and fails in the words that were recorded', () => replay('slurm', 'slurm-refusals'))
})
