import { duration } from '../../core/duration.ts'
import { AbeyanceError } from '../../core/error.ts'
import { memorySize } from '../../core/memory-size.ts'
import { flagFaults, lettersOf, type FlagRules } from '../flag-faults.ts'
import type { Submission } from '../runner.ts'
import type { SlurmOptions } from './options.ts'

/** What the job asks for, in words for sbatch; its own flags last, since sbatch takes the last where one is given twice. */
export function resourceFlags(job: Submission, options: SlurmOptions): readonly string[] {
  const { cores, memory, time, gpus, partition, account, flags = [] } = job.spec.resources
  const refuse = (why: string) => new AbeyanceError('invalid-value', `${job.name} cannot run: ${why}`)
  if (cores !== undefined && !(Number.isSafeInteger(cores) && cores >= 1))
    throw refuse(`Slurm gives whole cores, not ${cores}`)
  if (gpus !== undefined && !(Number.isSafeInteger(gpus) && gpus >= 0))
    throw refuse(`Slurm gives whole GPUs, not ${gpus}`)
  // `--mem=0` would be all of a node's memory, `--time=0` no limit.
  const size = memory === undefined ? undefined : memorySize(memory)
  if (size === 0) throw refuse('it asks for no memory')
  const minutes = time === undefined ? undefined : Math.ceil(duration(time) / 60_000)
  if (minutes === 0) throw refuse('it asks for no time')
  for (const { word, why } of flagFaults(flags, flagRules))
    throw refuse(`\`${word}\` cannot be among its flags: ${why}`)
  return [
    ...(cores === undefined ? [] : [`--cpus-per-task=${cores}`]),
    ...(size === undefined ? [] : [`--mem=${size}M`]),
    ...(minutes === undefined ? [] : [`--time=${minutes}`]),
    ...(gpus === undefined || gpus === 0
      ? []
      : [options.gpus === 'gres' ? `--gres=gpu:${gpus}` : `--gpus=${gpus}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...flags,
  ]
}

const ours = 'Abeyance sets it, and finds the job by it'
const answerless = 'sbatch would not submit, or not answer with an id'

/** Long names with their short ones. */
const taken: readonly (readonly [name: string, letter: string, why: string])[] = [
  ['job-name', 'J', ours],
  ['output', 'o', 'the streams of the command are kept by Abeyance'],
  ['error', 'e', 'the streams of the command are kept by Abeyance'],
  ['chdir', 'D', 'each attempt has a folder of its own'],
  ['array', 'a', 'each element is a job of its own'],
  ['clusters', 'M', 'name the cluster in the options of the destination'],
  ['wrap', '', 'the command is what the module says'],
  ['export', '', 'say `environment` in the module'],
  ['export-file', '', 'say `environment` in the module'],
  ['requeue', '', 'say `requeue` in the options of the destination'],
  ['wait', 'W', answerless],
  ['test-only', '', answerless],
  ['help', 'h', answerless],
  ['usage', '', answerless],
  ['version', 'V', answerless],
]

/** Letters that take no value, and may stand together. */
const alone = 'hHIkKOQsuvVWZ'

/** Long names that take no value, or only one behind `=`. */
const aloneToo = (
  'contiguous exclusive get-user-env hold ignore-pbs immediate nice no-kill no-requeue overcommit oversubscribe parsable ' +
  'propagate quiet reboot share spread-job use-min-nodes verbose'
).split(' ')

/** sbatch takes an abbreviation for the name. */
export const flagRules: FlagRules = {
  taken(flag) {
    const [, long] = /^--([a-z][a-z-]*)/.exec(flag) ?? []
    if (long !== undefined) return taken.find(([name]) => name.startsWith(long))?.[2]
    const { letters } = lettersOf(flag, alone)
    return taken.find(([, letter]) => letter !== '' && letters.includes(letter))?.[2]
  },
  values(flag) {
    if (flag.startsWith('--')) return flag.includes('=') || aloneToo.includes(flag.slice(2)) ? 0 : 1
    const { letters, value } = lettersOf(flag, alone)
    return value !== '' || alone.includes(letters.slice(-1)) ? 0 : 1
  },
}
