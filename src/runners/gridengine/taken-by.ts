/** Why a flag of qsub may not be among a job's own. */
export function takenBy(flag: string): string | undefined {
  return Object.hasOwn(taken, flag) ? taken[flag] : undefined
}

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
