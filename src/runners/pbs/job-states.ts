import type { QueuedJob } from '../scheduler.ts'
import type { PbsJob } from './pbs-job.ts'

/** The letters of `job_state`: OpenPBS's, of which M, U, X are its own, and Torque's, of which C is. */
const phases: Readonly<Record<string, QueuedJob['phase'] | undefined>> = {
  B: 'running', // an array of which some element began
  C: 'ended',
  E: 'ending',
  F: 'ended',
  H: 'held',
  M: 'waiting', // at another server, which will say more
  Q: 'waiting',
  R: 'running',
  S: 'suspended',
  T: 'waiting', // on its way to a queue or a host
  U: 'suspended', // by the person who came to work at its host
  W: 'waiting', // until its time, or for its files
  X: 'ended', // an element of an array
}

/**
 * What the job's letter says. One letter is soon mistaken for another, so an end has to be borne out by something that only jobs which
 * ended have; the wrappers around Slurm, which print no more than the letter, excepted.
 */
export function phaseOf(job: PbsJob): QueuedJob['phase'] {
  const word = job.attributes.get('job_state') ?? ''
  const phase = Object.hasOwn(phases, word) ? phases[word] : undefined
  if (phase === undefined) return 'unknown'
  if (phase !== 'ended') return phase
  const { attributes } = job
  if (word === 'X') return attributes.has('array_id') || attributes.has('array_index') ? 'ended' : 'unknown'
  if (word === 'F') return /^9[123]$/.test(attributes.get('substate') ?? '') ? 'ended' : 'unknown'
  const isWrapped = attributes.has('euser') && /\(\d+\)$/.test(attributes.get('euser') ?? '')
  return isWrapped || attributes.has('exit_status') || attributes.has('comp_time') ? 'ended' : 'unknown'
}

/** Why it waits or was ended, in the server's words. */
export function whyOf({ attributes }: PbsJob): string | undefined {
  const comment = attributes.get('comment')
  if (comment !== undefined) return comment
  const holds = attributes.get('Hold_Types')
  if (attributes.get('job_state') !== 'H' || holds === undefined || holds === 'n') return undefined
  return `held by ${holds
    .split('')
    .map((letter) => holders[letter] ?? letter)
    .join(', ')}`
}

const holders: Readonly<Record<string, string | undefined>> = {
  u: 'its owner',
  o: 'an operator',
  s: 'the system, or a job that it waits for',
  p: 'a password that did not fit',
}
