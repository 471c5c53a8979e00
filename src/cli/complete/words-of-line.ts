/** The words of a line as bash has them before the cursor, quotes and backslashes taken off; the last is the one that is being written. */
export function wordsOfLine(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? ''
    if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (letter === '\\' && quote !== "'") word = `${word ?? ''}${line[++at] ?? ''}`
    else if (letter === quote) quote = ''
    else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter
      word ??= ''
    } else word = `${word ?? ''}${letter}`
  }
  return [...words, word ?? '']
}
