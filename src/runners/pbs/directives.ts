import type { Resources } from '../../pipeline/settings.ts'
import type { DirectiveTable } from '../batch-directives.ts'
import { flagRules } from './flag-rules.ts'

/** What qsub reads in a script, in all dialects: nothing behind its first command. */
export const directives: DirectiveTable = {
  scheduler: 'PBS',
  prefix: '#PBS',
  anywhere: false,
  flags: flagRules,
  says: (words) => words.flatMap((word, index) => saidBy(word, words[index + 1] ?? '')),
}

const options: Readonly<Record<string, keyof Resources | undefined>> = { q: 'partition', A: 'account' }

/** In a list of resources, a chunk of a selection, or the needs of a node. */
const resources: readonly (readonly [RegExp, keyof Resources])[] = [
  [/\b(?:select|nodes|ncpus|ppn|procs|mppwidth)=/, 'cores'],
  [/\b(?:[pv]|pv)?mem=/, 'memory'],
  [/\b(?:walltime|cput)=/, 'time'],
  [/\bn?gpus=/, 'gpus'],
]

/** The value of an option may stand right behind its letter. */
function saidBy(word: string, next: string): readonly (keyof Resources)[] {
  const [, letter = '', value = ''] = /^-([A-Za-z])(.*)$/.exec(word) ?? []
  if (letter === 'l') return resources.flatMap(([asks, what]) => (asks.test(value || next) ? [what] : []))
  const what = options[letter]
  return what === undefined ? [] : [what]
}
