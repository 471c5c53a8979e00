/** One element: its text, and the elements in it. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

/**
 * Reads the plain XML that `qstat -xml` prints: elements and text; attributes, comments and the header are passed over. Strict where
 * it counts: `undefined` for what is not one whole document, since a list that was cut off would hide jobs. Written here
 * because a queue of 5,000 jobs takes fast-xml-parser three times as long, with the event loop held up.
 */
export function readElements(text: string): XmlElement | undefined {
  const top: Open = { name: '', text: '', children: [] }
  const stack: Open[] = [top]
  // Most of it are elements with nothing but text in them: each is one token.
  const tokens =
    /<([A-Za-z_][\w:.-]*)>([^<]*)<\/\1>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s[^<>]*)?\/?)>|<[?!][^>]*>|([^<]+)/y
  while (tokens.lastIndex < text.length) {
    const token = tokens.exec(text)
    const open = stack.at(-1)
    if (!token || !open) return undefined
    const [, leaf, inside = '', slash, name, attributes = '', words] = token
    if (leaf !== undefined) open.children.push({ name: leaf, text: inside, children: [] })
    else if (words !== undefined) open.text += words
    else if (name === undefined) continue
    else if (slash === '/') {
      if (open.name !== name || stack.length === 1) return undefined
      stack.pop()
    } else {
      const element: Open = { name, text: '', children: [] }
      open.children.push(element)
      if (!attributes.endsWith('/')) stack.push(element)
    }
  }
  const [root, ...more] = top.children
  if (stack.length !== 1 || more.length > 0 || top.text.trim() !== '') return undefined
  return root
}

interface Open {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

/** The text of an element, as it was before it was written as XML. */
export function plainText({ text }: XmlElement): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (typeof name === 'string') return named[name.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

const named: Readonly<Record<string, string | undefined>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}
