import type { Span } from './ansi-spans.ts'

export interface MarkedSpan extends Span {
  readonly match: boolean
}

/** Spans cut where a searched text begins and ends in the line that they make together; upper and lower case are the same. */
export function markMatches(spans: readonly Span[], needle: string): readonly MarkedSpan[] {
  if (needle === '') return spans.map((span) => ({ ...span, match: false }))
  const places = placesOf(spans.map((span) => span.text).join(''), needle)
  if (places.length === 0) return spans.map((span) => ({ ...span, match: false }))
  const marked: MarkedSpan[] = []
  let offset = 0
  for (const span of spans) {
    marked.push(...cut(span, offset, places, needle.length))
    offset += span.text.length
  }
  return marked
}

function placesOf(line: string, needle: string): readonly number[] {
  const [text, wanted] = [fold(line), fold(needle)]
  const places: number[] = []
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at)
  return places
}

/** Lower case without a change of length, as places are counted in it. */
function fold(text: string): string {
  const low = text.toLowerCase()
  return low.length === text.length ? low : text
}

function cut(span: Span, offset: number, places: readonly number[], length: number): readonly MarkedSpan[] {
  const end = offset + span.text.length
  const edges = places
    .flatMap((place) => [place, place + length])
    .filter((edge) => edge > offset && edge < end)
  const cuts = [offset, ...edges, end]
  return cuts.slice(0, -1).flatMap((from, index) => {
    const text = span.text.slice(from - offset, (cuts[index + 1] ?? end) - offset)
    const match = places.some((place) => place <= from && from < place + length)
    return text === '' ? [] : [{ text, ink: span.ink, match }]
  })
}

/** Whether a line has it. */
export function hasMatch(line: string, needle: string): boolean {
  return fold(line).includes(fold(needle))
}
