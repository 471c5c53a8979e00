/** Colours a text, or leaves it as it is. */
export type Paint = (text: string) => string

export interface Paints {
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
  readonly dim: Paint
  readonly bold: Paint
  /** One of six for the nth of several things; the seventh has the first one's again. */
  nth(place: number): Paint
}

// Those of the usual sixteen that can be read on light and on dark.
const inTurn = [36, 33, 32, 35, 34, 31] as const

/** node:util's `styleText` looks at the streams and the environment itself; here that is decided once, by the session. */
export function paints(colours: boolean): Paints {
  const paint = (code: number, end: number): Paint =>
    colours ? (text) => (text === '' ? '' : `\u001b[${code}m${text}\u001b[${end}m`) : (text) => text
  const ofTurn = inTurn.map((code) => paint(code, 39))
  return {
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
    nth: (place) => ofTurn[place % ofTurn.length] ?? ((text) => text),
  }
}
