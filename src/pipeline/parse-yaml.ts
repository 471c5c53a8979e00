import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml'
import { messageOf } from '../core/error.ts'
import type { Json } from '../core/json.ts'
import type { DocumentPath, PathProblem, Problem } from './problem.ts'

export interface ParsedYaml {
  /** Undefined when the text is no YAML. */
  readonly json: Json | undefined
  readonly problems: readonly Problem[]
  /** Where a problem is shown: the key or value at the path, else the nearest thing around it. */
  readonly locate: (
    path: DocumentPath,
    at: 'key' | 'value',
  ) => { readonly line: number; readonly column: number }
  /** A scalar as it is written. */
  readonly textAt: (path: DocumentPath) => string | undefined
}

/** Reads YAML 1.2, of which JSON is a part, so that each value's place is known. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, Math.max(text.length - 1, 0)))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const locate = (path: DocumentPath, at: 'key' | 'value') => placeOf(offsetOf(document, path, at))
  const problems: Problem[] = document.errors.map((error, index) => ({
    code: 'syntax',
    message: error.message.split('\n')[0] ?? error.message,
    ...placeOf(error.pos[0]),
    // What follows the first is often but its echo.
    ...(index === 0 && { hint: hints[error.code] ?? usualHint }),
  }))
  const report = ({ path, ...problem }: PathProblem) =>
    problems.push({ ...problem, ...locate(path, 'value') })
  const broken = problems.some(({ code }) => code === 'syntax')
  for (const key of dropRepeated(document))
    problems.push({
      code: 'duplicate',
      message: `\`${String(key.value)}\` stands here a second time`,
      ...placeOf(key.range?.[0] ?? 0),
      hint: 'rename one of the two',
    })
  return {
    json: broken ? undefined : jsonOf(document, report),
    problems,
    locate,
    textAt: (path) => {
      const node = nodeAt(document, path)
      return isScalar(node) ? node.source : undefined
    },
  }
}

const usualHint = 'look at this line and the one above: its indentation, a missing `: `, quote or bracket'
const hints: Readonly<Record<string, string | undefined>> = {
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_INDENT: 'indent what belongs together by the same number of spaces, and close every bracket and quote',
  MISSING_CHAR: 'close every `[`, `{` and quote that is opened, and put `, ` between what is in brackets',
  BLOCK_AS_IMPLICIT_KEY: 'put a text with `: ` in it in quotes, and what is below a key on lines of its own',
  MULTILINE_IMPLICIT_KEY: 'put `: ` after the key, or a text of several lines in quotes',
  BAD_SCALAR_START: 'put a text that begins with this character in quotes',
  BAD_DQ_ESCAPE: 'write `\\\\` for a backslash in double quotes, or use single quotes',
  MULTIPLE_DOCS: 'keep one document in a file: remove the line `---`',
}

// Each name may stand once in a mapping; what stands first is read. (The check of `yaml` itself is quadratic.)
function dropRepeated(document: Document): readonly Scalar[] {
  const repeated: Scalar[] = []
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>()
      map.items = map.items.filter(({ key }) => {
        if (!isScalar(key) || key.value === '<<') return true
        const again = seen.has(String(key.value))
        seen.add(String(key.value))
        if (again) repeated.push(key)
        return !again
      })
    },
  })
  return repeated
}

function jsonOf(document: Document, report: (problem: PathProblem) => void): Json | undefined {
  try {
    return checked(document.toJS(), [], report)
  } catch (error) {
    // Aliases that lead nowhere, or that would grow without bound.
    const hint = 'write the value out where the alias (`*name`) stands'
    report({ code: 'syntax', message: messageOf(error), path: [], hint })
    return undefined
  }
}

// What YAML can say and JSON cannot is refused rather than changed silently.
function checked(value: unknown, path: DocumentPath, report: (problem: PathProblem) => void): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value
    const hint = 'write it in quotes if it is a text'
    report({ code: 'wrong-shape', message: `${value} is a number that JSON cannot hold exactly`, path, hint })
    return null
  }
  if (Array.isArray(value)) return value.map((one, index) => checked(one, [...path, index], report))
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, checked(one, [...path, key], report)]),
    )
  report({ code: 'wrong-shape', message: `a value of this kind cannot be kept as JSON`, path })
  return null
}

function nodeAt(document: Document, path: DocumentPath): Node | undefined {
  let node = resolved(document, document.contents)
  for (const key of path) node = resolved(document, childOf(node, key)?.value)
  return node
}

// The value where there is one on the key's line or it is in a list; the key for a block below it, and for what is missing.
function offsetOf(document: Document, path: DocumentPath, at: 'key' | 'value'): number {
  let node = resolved(document, document.contents)
  let offset = 0
  for (const key of path) {
    const child = childOf(node, key)
    if (child === undefined) break
    const value = resolved(document, child.value)
    const shown = at === 'value' && isScalar(value) ? child.value : (child.key ?? child.value)
    offset = shown?.range?.[0] ?? offset
    node = value
  }
  return offset
}

interface Child {
  readonly key: Node | undefined
  readonly value: Node | undefined
}

function childOf(node: Node | undefined, key: string | number): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)]
    return isNode(item) ? { key: undefined, value: item } : undefined
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
  if (pair === undefined) return undefined
  return { key: isNode(pair.key) ? pair.key : undefined, value: isNode(pair.value) ? pair.value : undefined }
}

function resolved(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document)
  return isNode(node) ? node : undefined
}
