/** What validation can find wrong (rule P3). */
export type ProblemCode =
  | 'syntax'
  | 'newer-format'
  | 'duplicate'
  | 'unknown-key'
  | 'wrong-shape'
  | 'bad-name'
  | 'unknown-type'
  | 'wrong-version'
  | 'unknown-port'
  | 'unknown-reference'
  | 'missing-input'
  | 'wrong-type'
  | 'circle'
  | 'bad-path'
  | 'undeclared-file'
  | 'list-in-word'
  | 'list-in-script'
  | 'missing-file'

/** A place in a document: keys and places in lists from its root; a pipeline value has the places of its document. */
export type DocumentPath = readonly (string | number)[]

/** Something wrong with a pipeline. `message` names the thing, `hint` the next step. */
export interface PathProblem {
  readonly code: ProblemCode
  readonly message: string
  readonly path: DocumentPath
  readonly hint?: string
}

/** Something wrong with a document; line and column count from 1. */
export interface Problem {
  readonly code: ProblemCode
  readonly message: string
  readonly line: number
  readonly column: number
  readonly hint?: string
  /** The document, where it has a name: a group may stand in a file of its own. */
  readonly file?: string
}

export type Report = (problem: PathProblem) => void

/** `study.yaml:7:12 modules.gel has no port \`tabels\`; did you mean \`tables\`?` */
export function renderProblem({ file, line, column, message, hint }: Problem): string {
  return `${file ?? 'line '}${file === undefined ? '' : ':'}${line}:${column} ${message}${hint === undefined ? '' : `; ${hint}`}`
}
