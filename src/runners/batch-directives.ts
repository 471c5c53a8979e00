import { AbeyanceError } from '../core/error.ts'
import type { Resources } from '../pipeline/settings.ts'
import { flagFaults, type FlagRules } from './flag-faults.ts'

/** How a kind of scheduler is told what a batch script wants, in lines of the script itself. */
export interface DirectiveTable {
  /** For people: `Slurm`. */
  readonly scheduler: string
  /** What such a line begins with: `#SBATCH`. */
  readonly prefix: string
  /** Whether lines behind the first command count too. */
  readonly anywhere: boolean
  /** Which options may not be given. */
  readonly flags: FlagRules
  /** Which of the resources that modules and destinations ask for these words say. */
  says(words: readonly string[]): readonly (keyof Resources)[]
}

/** One line of directives. */
export interface Directive {
  readonly line: number
  readonly text: string
  /** Options and their values, as the scheduler's command would be given them. */
  readonly words: readonly string[]
}

/** The lines of a script that a scheduler would take for its own, as it reads them: `invalid-value` names a line that nobody can read. */
export function findDirectives(
  script: string,
  { prefix, anywhere }: Pick<DirectiveTable, 'prefix' | 'anywhere'>,
): readonly Directive[] {
  const found: Directive[] = []
  for (const [index, text] of script.split(/\r?\n/).entries()) {
    if (!anywhere && text.trim() !== '' && !text.trimStart().startsWith('#')) break
    const rest = text.startsWith(prefix) ? text.slice(prefix.length) : undefined
    if (rest === undefined || !/^(?:\s|-|$)/.test(rest)) continue
    const line = index + 1
    const words = wordsOf(rest)
    if (words === undefined)
      throw new AbeyanceError(
        'invalid-value',
        `line ${line} of the script, \`${text}\`: a quote is not closed`,
      )
    found.push({ line, text: text.trim(), words })
  }
  return found
}

/** Refuses lines that say what is not the user's to say, naming all of them. */
export function checkDirectives(script: string, table: DirectiveTable): readonly Directive[] {
  const directives = findDirectives(script, table)
  const faults = directives.flatMap(({ line, text, words }) =>
    flagFaults(words, table.flags).map(
      ({ word, why }) => `line ${line} of the script, \`${text}\`: leave \`${word}\` out: ${why}`,
    ),
  )
  if (faults.length > 0) throw new AbeyanceError('invalid-value', faults.join('; '))
  return directives
}

/** Blanks part words, quotes and backslashes keep them together, a `#` begins a comment; undefined where a quote stays open. */
function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '' && !rest.startsWith('#')) {
    const piece = /^(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/.exec(rest)?.[0]
    if (piece === undefined) return undefined
    rest = rest.slice(piece.length)
    if (rest !== '' && !/^\s/.test(rest)) return undefined
    words.push(
      piece.replace(/'([^']*)'|\\(.)|"/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
    )
    rest = rest.trimStart()
  }
  return words
}
