/** How text is drawn: a colour is one of the sixteen named ones, by number, or an exact one as CSS has it. */
export interface Ink {
  readonly fore?: number | string
  readonly back?: number | string
  readonly bold?: boolean
  readonly faint?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly inverse?: boolean
}

export const plain: Ink = {}

/** The ink after a sequence of "select graphic rendition": numbers between `ESC [` and `m`. What is not known changes nothing. */
export function inkAfter(ink: Ink, numbers: readonly number[]): Ink {
  let next = ink
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, taken } = exactColour(numbers, at + 1)
      if (colour !== undefined) next = code === 38 ? { ...next, fore: colour } : { ...next, back: colour }
      at += taken
    } else next = simple(next, code)
  }
  return next
}

function simple(ink: Ink, code: number): Ink {
  if (code === 0) return plain
  if (code >= 30 && code <= 37) return { ...ink, fore: code - 30 }
  if (code >= 90 && code <= 97) return { ...ink, fore: code - 82 }
  if (code >= 40 && code <= 47) return { ...ink, back: code - 40 }
  if (code >= 100 && code <= 107) return { ...ink, back: code - 92 }
  if (code === 39) return without(ink, 'fore')
  if (code === 49) return without(ink, 'back')
  return { ...ink, ...switches.get(code) }
}

function without(ink: Ink, key: 'fore' | 'back'): Ink {
  return Object.fromEntries(Object.entries(ink).filter(([name]) => name !== key))
}

const switches: ReadonlyMap<number, Ink> = new Map<number, Ink>([
  [1, { bold: true }],
  [2, { faint: true }],
  [3, { italic: true }],
  [4, { underline: true }],
  [7, { inverse: true }],
  [22, { bold: false, faint: false }],
  [23, { italic: false }],
  [24, { underline: false }],
  [27, { inverse: false }],
])

/** `5;n` of a palette of 256, or `2;r;g;b`. */
function exactColour(
  numbers: readonly number[],
  at: number,
): { readonly colour?: number | string; readonly taken: number } {
  if (numbers[at] === 5) return { colour: paletteColour(byte(numbers[at + 1])), taken: 2 }
  if (numbers[at] !== 2) return { taken: numbers.length }
  const [red, green, blue] = numbers.slice(at + 1, at + 4).map(byte)
  return { colour: `rgb(${red ?? 0}, ${green ?? 0}, ${blue ?? 0})`, taken: 4 }
}

function paletteColour(index: number): number | string {
  if (index < 16) return index
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const grey = 8 + (index - 232) * 10
  if (index >= 232) return `rgb(${grey}, ${grey}, ${grey})`
  const cube = index - 16
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`
}

function byte(number: number | undefined): number {
  return Math.min(255, Math.max(0, Math.trunc(number ?? 0)))
}
