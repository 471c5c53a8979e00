import { clean } from '../clean-text.ts'
import type { Candidate, Candidates } from './candidates.ts'
import type { Shell } from './shell-script.ts'

export interface AnswerContext {
  readonly shell: Shell
  /** What was written of the word. */
  readonly word: string
  /** How much of the word's beginning the shell takes for a word of its own, such as `last:` in bash. */
  readonly skip: number
}

// More than a person reads. What else there is comes with the next letters.
const most = 1000

/** The lines that our shell scripts read: candidates that begin with the word, or what the shell is to complete itself. */
export function answerLines(candidates: Candidates, { shell, word, skip }: AnswerContext): readonly string[] {
  if (typeof candidates === 'string') return [`:${candidates}`]
  return candidates
    .filter(([text]) => text.startsWith(word))
    .slice(0, most)
    .map((candidate) => line(candidate, shell, skip))
}

function line([text, description]: Candidate, shell: Shell, skip: number): string {
  const said = clean(description).replaceAll(/\s+/g, ' ').slice(0, 80)
  const rest = clean(text).slice(skip)
  // bash takes what it is given as it is, the others quote it themselves.
  if (shell === 'bash') return rest.replaceAll(/[^\w@%+=:,./-]/gu, String.raw`\$&`)
  return said === '' ? rest : `${rest}\t${said}`
}
