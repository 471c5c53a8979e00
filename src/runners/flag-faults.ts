/** How a scheduler's command for submissions reads its words, as far as that matters here. */
export interface FlagRules {
  /** Why a flag may not be given; `next` is the word behind it. */
  taken(flag: string, next: string | undefined): string | undefined
  /** How many of the words behind a flag are its values at most. */
  values(flag: string): number
}

/** A word that may not be given, and why. */
export interface FlagFault {
  readonly word: string
  readonly why: string
}

/**
 * What among the words for a scheduler's command would undo what Abeyance depends on: flags of its own, and a word that belongs to no
 * flag, which would be submitted in place of the wrapper.
 */
export function flagFaults(words: readonly string[], rules: FlagRules): readonly FlagFault[] {
  const faults: FlagFault[] = []
  let values = 0
  for (const [index, word] of words.entries()) {
    if (word.length > 1 && word.startsWith('-')) {
      const why = word === '--' ? script : rules.taken(word, words[index + 1])
      if (why !== undefined) faults.push({ word, why })
      values = rules.values(word)
    } else if (values > 0) values -= 1
    else faults.push({ word, why: script })
  }
  return faults
}

const script = 'it would be taken for the script to submit, which is the wrapper of Abeyance'

/** The letters of `-HJname`, as getopt reads them: behind one that takes a value, the rest is that value. */
export function lettersOf(flag: string, alone: string): { readonly letters: string; readonly value: string } {
  const [, all = ''] = /^-([A-Za-z].*)$/s.exec(flag) ?? []
  const count = all.split('').findIndex((letter) => !alone.includes(letter))
  if (count < 0) return { letters: all, value: '' }
  return { letters: all.slice(0, count + 1), value: all.slice(count + 1) }
}
