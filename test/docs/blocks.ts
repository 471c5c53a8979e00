/** A fenced block of a page. What follows the language says what the tests do with it. */
export interface Block {
  readonly language: string
  readonly text: string
  /** Where it begins, from 1. */
  readonly line: number
  /** `file=NAME`: it is written there. */
  readonly file?: string
  /** `run`: it is run by a shell, and ends with this code (`run=3`). */
  readonly exit?: number
  /** `output`: these lines stand in what the block before it printed, in this order; `...` is any text. */
  readonly output: boolean
}

/** The blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = []
  for (const match of page.matchAll(/^```(\S*)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language = '', words = '', text = ''] = match
    const said = words.trim().split(/\s+/)
    const named = (name: string) => said.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
    const file = named('file')
    const exit = said.includes('run') ? 0 : named('run')
    blocks.push({
      language,
      text,
      line: page.slice(0, match.index).split('\n').length,
      output: said.includes('output'),
      ...(file !== undefined && { file }),
      ...(exit !== undefined && { exit: Number(exit) }),
    })
  }
  return blocks
}

/** The first line that is looked for and does not stand in the text after those before it. */
export function missingLine(wanted: string, text: string): string | undefined {
  let rest = text
  for (const line of wanted.trim().split('\n')) {
    const pieces = line
      .trim()
      .split('...')
      .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const found = new RegExp(pieces.join('[^\\n]*').replaceAll(/ +/g, ' +')).exec(rest)
    if (found === null) return line
    rest = rest.slice(found.index + found[0].length)
  }
  return undefined
}
