import { lettersOf, type FlagRules } from '../flag-faults.ts'

/** Letters that take no value, in any dialect; they may stand together. */
const alone = 'EfhInVxXz'

/** Of qsub; a value may stand right behind its letter. */
export const flagRules: FlagRules = {
  taken(flag, next = '') {
    const { letters, value } = lettersOf(flag, alone)
    if (letters.endsWith('W') && /(?:^|,)\s*(?:block|interactive)\b/.test(value || next)) return answer
    const letter = letters.split('').find((one) => Object.hasOwn(taken, one))
    return letter === undefined ? undefined : taken[letter]
  },
  values(flag) {
    const { letters, value } = lettersOf(flag, alone)
    return value !== '' || alone.includes(letters.slice(-1)) ? 0 : 1
  },
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
