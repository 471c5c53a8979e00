import { withoutAnsi } from './ansi-spans.ts'
import type { LogLines } from './log-lines.ts'
import { hasMatch } from './mark-matches.ts'
import { shownText } from './shown-text.ts'

/** The next line that has a text, from one on in a direction, once around; `undefined` where none has it. */
export function findLine(
  lines: LogLines,
  needle: string,
  from: number,
  direction: 1 | -1,
): number | undefined {
  if (needle === '' || lines.length === 0) return undefined
  for (let step = 1; step <= lines.length; step += 1) {
    const index = (((from + step * direction) % lines.length) + lines.length) % lines.length
    if (hasMatch(withoutAnsi(shownText(lines.row(index).text)), needle)) return index
  }
  return undefined
}

/** How many lines have it. */
export function countMatches(lines: LogLines, needle: string): number {
  if (needle === '') return 0
  let count = 0
  for (let index = 0; index < lines.length; index += 1)
    if (hasMatch(withoutAnsi(shownText(lines.row(index).text)), needle)) count += 1
  return count
}
