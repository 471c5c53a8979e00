import { AbeyanceError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import { faultOfPortName } from '../pipeline/names.ts'
import type { InputPort } from '../pipeline/module-kind.ts'
import { isFile, isFolder, type Value } from '../pipeline/value.ts'
import { parseWord, type WordPiece } from '../pipeline/word.ts'
import type { Values } from './module-type.ts'

/** The text of a wait, as the parameter `message` has it, in which `$name` stands for the value of that input. */
export interface AskedMessage {
  /** The inputs that it names, and `after`: whatever has to be over before. */
  readonly inputs: Readonly<Record<string, InputPort>>
  /** The text as people read it: without control characters, so that no value of a job's is more than text on a terminal. */
  fill(values: Values): string
}

const longest = 10_000
const longestValue = 2000

/** @throws `invalid-value` for what is no text, or has a dollar sign that names no input */
export function askedMessage(type: string, { message }: JsonObject): AskedMessage | undefined {
  if (message === undefined) return undefined
  if (typeof message !== 'string' || message.trim() === '')
    throw fault(type, `\`message\` is a text, not ${JSON.stringify(message)}`)
  const pieces = parseWord(message)
  if (!pieces)
    throw fault(type, '`message` has a dollar sign that names no input; write `$$` for a dollar sign')
  const names = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name]))
  for (const name of names) {
    const wrong = faultOfPortName(name)
    if (wrong !== undefined) throw fault(type, `\`message\` names the input \`${name}\`, which ${wrong}`)
  }
  return {
    inputs: {
      ...after,
      ...Object.fromEntries(names.map((name): [string, InputPort] => [name, { type: 'json' }])),
    },
    fill: (values) => asPlainText(pieces.map((piece) => textOf(piece, values)).join(''), longest),
  }
}

export const after: Readonly<Record<string, InputPort>> = { after: { type: 'json', optional: true } }

function textOf(piece: WordPiece, values: Values): string {
  return typeof piece === 'string' ? piece : asPlainText(show(values[piece.name] ?? ''), longestValue)
}

function show(value: Value): string {
  if (typeof value === 'string') return value
  if (isFile(value) || isFolder(value)) return value.name
  return Array.isArray(value) ? value.map(show).join(', ') : JSON.stringify(value)
}

/** Lines stay lines; what else a terminal would obey, or text run the other way, goes, and half a surrogate pair, which none can sign. */
export function asPlainText(text: string, most: number): string {
  const lines = text.replaceAll('\r\n', '\n')
  const cut = lines.length > most ? `${lines.slice(0, most - 1)}…` : lines
  return cut.replaceAll(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\p{Cs}]/gu, ' ')
}

function fault(type: string, what: string): AbeyanceError {
  return new AbeyanceError('invalid-value', `${type}: ${what}`)
}
