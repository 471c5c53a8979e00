/** Why a job failed; retry rules name these (rule J4). */
export const reasons = [
  'exit-code',
  'signal',
  'out-of-memory',
  'walltime',
  'node-failure',
  'preempted',
  'cancelled-by-administrator',
  'cancelled-by-us',
  'submission-refused',
  'staging-in',
  'staging-out',
  'missing-output',
  'output-too-large',
  'wrapper-killed',
  'container-failed',
  'stopped-by-rule',
  'lost',
] as const

export type Reason = (typeof reasons)[number]

export function isReason(word: string): word is Reason {
  return reasons.some((reason) => reason === word)
}
