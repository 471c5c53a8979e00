/** A span as data, with those in it; times are ms since 1970. */
export interface SpanFacts {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  /** It failed: a word of a closed list, since texts of jobs may hold anything. */
  readonly error?: string | undefined
  readonly children?: readonly SpanFacts[]
}
