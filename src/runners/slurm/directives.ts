import type { Resources } from '../../pipeline/settings.ts'
import type { DirectiveTable } from '../batch-directives.ts'
import { flagRules } from './resource-flags.ts'

/** What sbatch reads in a script: nothing behind its first command. */
export const directives: DirectiveTable = {
  scheduler: 'Slurm',
  prefix: '#SBATCH',
  anywhere: false,
  flags: flagRules,
  says: (words) => words.flatMap((word) => saidBy(word)),
}

/** Long names with their short ones, and what they say. */
const saying: readonly (readonly [name: string, letter: string, what: keyof Resources])[] = [
  ['cpus-per-task', 'c', 'cores'],
  ['ntasks', 'n', 'cores'],
  ['ntasks-per-node', '', 'cores'],
  ['nodes', 'N', 'cores'],
  ['mem', '', 'memory'],
  ['mem-per-cpu', '', 'memory'],
  ['mem-per-gpu', '', 'memory'],
  ['time', 't', 'time'],
  ['gpus', 'G', 'gpus'],
  ['gpus-per-node', '', 'gpus'],
  ['gpus-per-task', '', 'gpus'],
  ['gres', '', 'gpus'],
  ['partition', 'p', 'partition'],
  ['account', 'A', 'account'],
]

/** sbatch takes the beginning of a name for the name. */
function saidBy(word: string): readonly (keyof Resources)[] {
  const [, long] = /^--([a-z][a-z-]*)/.exec(word) ?? []
  const [, letter] = /^-([A-Za-z])/.exec(word) ?? []
  const found =
    long === undefined
      ? saying.find(([, short]) => short !== '' && short === letter)
      : (saying.find(([name]) => name === long) ?? saying.find(([name]) => name.startsWith(long)))
  return found === undefined ? [] : [found[2]]
}
