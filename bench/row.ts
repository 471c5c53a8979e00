/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string
  readonly bar: string
  readonly figure: string
  /** The bare limit, measured in the same run. */
  readonly limit: string
  /** Figure over limit, where both are of one kind. */
  readonly ratio?: number
  /** Absent for a figure that has no bar and stands there to be seen. */
  readonly met?: boolean
}
