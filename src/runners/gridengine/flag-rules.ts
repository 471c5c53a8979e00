import type { FlagRules } from '../flag-faults.ts'

/** Of qsub, whose flags are words and do not stand together. */
export const flagRules: FlagRules = {
  taken(flag, next) {
    if (flag === '-w' && (next === 'v' || next === 'p')) return answer
    return Object.hasOwn(taken, flag) ? taken[flag] : undefined
  },
  values(flag) {
    if (alone.has(flag)) return 0
    return two.has(flag) ? 2 : 1
  },
}

const alone: ReadonlySet<string> = new Set(['-V', '-h', '-hard', '-soft', '-notify'])
const two: ReadonlySet<string> = new Set(['-pe', '-binding'])

const streams = 'the streams of the command are kept by Abeyance'
const folder = 'each attempt has a folder of its own'
const answer = 'qsub would not submit, or not answer with an id'
const wrapper = 'what is submitted is the wrapper of Abeyance'

const taken: Readonly<Record<string, string | undefined>> = {
  '-N': 'Abeyance sets it, and finds the job by it',
  '-o': streams,
  '-e': streams,
  '-i': streams,
  '-j': streams,
  '-cwd': folder,
  '-wd': folder,
  '-S': wrapper,
  '-b': wrapper,
  '-C': wrapper,
  '-shell': wrapper,
  '-sync': answer,
  '-verify': answer,
  '-help': answer,
  '-terse': answer,
  '-clear': 'it would undo the others',
  '-@': 'give its flags one by one',
  '-t': 'each element is a job of its own',
  '-r': 'say `requeue` in the options of the destination',
}
