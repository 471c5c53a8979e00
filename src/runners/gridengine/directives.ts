import type { Resources } from '../../pipeline/settings.ts'
import type { DirectiveTable } from '../batch-directives.ts'
import type { GridEngineOptions } from './options.ts'
import { flagRules } from './flag-rules.ts'

/** What qsub reads in a script: lines anywhere in it. */
export function directives({ memory = 'h_vmem', gpus }: GridEngineOptions = {}): DirectiveTable {
  const complexes: Readonly<Record<string, keyof Resources | undefined>> = {
    h_rt: 'time',
    s_rt: 'time',
    h_vmem: 'memory',
    mem_free: 'memory',
    [memory]: 'memory',
    ...(gpus !== undefined && { [gpus]: 'gpus' }),
  }
  const options: Readonly<Record<string, keyof Resources | undefined>> = {
    '-pe': 'cores',
    '-q': 'partition',
    '-P': 'account',
  }
  return {
    scheduler: 'Grid Engine',
    prefix: '#$',
    anywhere: true,
    flags: flagRules,
    says: (words) =>
      words.flatMap((word, index) => {
        const asked = word === '-l' ? (words[index + 1] ?? '').split(',') : []
        const said = [options[word], ...asked.map((one) => complexes[one.split('=', 1)[0] ?? ''])]
        return said.filter((what) => what !== undefined)
      }),
  }
}
