/** Why a flag of qsub may not be among a job's own; its value may stand right behind its letter. */
export function takenBy(flag: string): string | undefined {
  if (flag === '--') return wrapper
  const letter = /^-([A-Za-z])/.exec(flag)?.[1] ?? ''
  return Object.hasOwn(taken, letter) ? taken[letter] : undefined
}

const streams = 'the streams of the command are kept by Abeyance'
const answer = 'qsub would not submit, or not answer with an id'
const wrapper = 'what is submitted is the wrapper of Abeyance'
const array = 'each element is a job of its own'

const taken: Readonly<Record<string, string | undefined>> = {
  N: 'Abeyance sets it, and finds the job by it',
  o: streams,
  e: streams,
  j: streams,
  k: streams,
  J: array,
  t: array,
  S: wrapper,
  C: wrapper,
  F: wrapper,
  b: wrapper,
  I: answer,
  z: answer,
  f: answer,
  x: answer,
  r: 'say `requeue` in the options of the destination',
}
