import stringWidth from 'string-width'
import { clean } from '../clean-text.ts'

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What a line of a terminal may hold of a text: one line, nothing that a terminal obeys. */
export function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/gu, ' ').trim()
}

/** In columns of a terminal: some letters take two, some none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** The text in just so many columns: cut with `…`, or filled up. */
export function fit(text: string, columns: number): string {
  const width = widthOf(text)
  if (width <= columns) return text + ' '.repeat(columns - width)
  let kept = ''
  let used = 0
  for (const { segment } of letters.segment(text)) {
    const more = widthOf(segment)
    if (used + more > columns - 1) break
    kept += segment
    used += more
  }
  return columns < 1 ? '' : `${kept}…${' '.repeat(columns - 1 - used)}`
}

/** The same without what would only fill it up. */
export function cut(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : fit(text, columns).trimEnd()
}
