import { inkAfter, plain, type Ink } from './ink.ts'

/** Text of a job with how it is to be drawn: text only, never markup; whatever else a terminal would obey is left out. */
export interface Span {
  readonly text: string
  readonly ink: Ink
}

const escape = '\u001B'
const bell = '\u0007'
// In turn: colours and the like; other control sequences; titles and links; other escapes; the beginning of one that is not whole
// yet; control characters other than tab and newline.
const sequence = new RegExp(
  [
    `${escape}\\[([0-9;:]*)m`,
    `${escape}\\[[0-?]*[ -/]*[@-~]`,
    `${escape}\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)`,
    `${escape}(?:\\[[0-?]*[ -/]*$|\\][^${bell}${escape}]*$|[ -~]?)`,
    `[\\0-\\u0008\\u000B-\\u001F\\u007F]`,
  ].join('|'),
  'g',
)

/** The spans of a line that begins in an ink, and the ink in which it ends: colours run on over lines. */
export function ansiSpans(
  text: string,
  begin: Ink = plain,
): { readonly spans: readonly Span[]; readonly ink: Ink } {
  const spans: Span[] = []
  let ink = begin
  let at = 0
  for (const found of text.matchAll(sequence)) {
    if (found.index > at) spans.push({ text: text.slice(at, found.index), ink })
    at = found.index + found[0].length
    if (found[1] !== undefined) ink = inkAfter(ink, numbersOf(found[1]))
  }
  if (at < text.length) spans.push({ text: text.slice(at), ink })
  return { spans, ink }
}

function numbersOf(text: string): readonly number[] {
  return text.split(/[;:]/).map(Number)
}

/** The text alone, as it is searched. */
export function withoutAnsi(text: string): string {
  return text.includes(escape) ? text.replaceAll(sequence, '') : text
}
