/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string
  readonly bar: string
  readonly figure: string
  /** The bare limit, measured in the same run. */
  readonly limit: string
  /** Figure over limit, where that is what the bar is about. */
  readonly ratio?: number
  readonly met: boolean
}
