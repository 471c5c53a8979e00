import { duration } from '../../core/duration.ts'
import { AbeyanceError } from '../../core/error.ts'
import { memorySize } from '../../core/memory-size.ts'
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
  for (const flag of flags) {
    const taken = takenBy(flag)
    if (taken !== undefined) throw refuse(`\`${flag}\` cannot be among its flags: ${taken}`)
  }
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

/** Why a flag may not be given; sbatch takes an abbreviation for the name. */
export function takenBy(flag: string): string | undefined {
  const [, long] = /^--([a-z][a-z-]*)/.exec(flag) ?? []
  const [, letter] = /^-([A-Za-z])/.exec(flag) ?? []
  if (long !== undefined) return taken.find(([name]) => name.startsWith(long))?.[2]
  return letter === undefined ? undefined : taken.find(([, short]) => short === letter)?.[2]
}
