/** One word of a command in parts: text, and the inputs or variables of ours that it names. */
export type WordPiece = string | { readonly name: string }

/** `$name` and `${name}` are pieces, `$$` is a dollar sign; any other dollar sign is undefined: it has no meaning. */
export function parseWord(word: string): readonly WordPiece[] | undefined {
  if (!word.includes('$')) return [word]
  const pieces: WordPiece[] = []
  let text = ''
  for (const [match, braced, plain] of word.matchAll(
    /\$\{([A-Za-z][A-Za-z0-9_]*)\}|\$([A-Za-z][A-Za-z0-9_]*)|\$\$|[^$]+|\$/g,
  )) {
    const name = braced ?? plain
    if (match === '$') return undefined
    if (name === undefined) text += match === '$$' ? '$' : match
    else {
      if (text !== '') pieces.push(text)
      pieces.push({ name })
      text = ''
    }
  }
  return text === '' && pieces.length > 0 ? pieces : [...pieces, text]
}

export type CommandVariable = 'ABEYANCE_CORES' | 'ABEYANCE_MEMORY_MIB' | 'ABEYANCE_ATTEMPT' | 'ABEYANCE_TAG'

/** What a command may name beside its inputs: known at submission only, and not signed. */
export const commandVariables: readonly CommandVariable[] = [
  'ABEYANCE_CORES',
  'ABEYANCE_MEMORY_MIB',
  'ABEYANCE_ATTEMPT',
  'ABEYANCE_TAG',
]
