/** One scheduler's programs, over the cluster that all of them share. */
export interface Dialect {
  /**
   * Shell that each program begins with: how its faults sound (`down`, `refuse`, `full`, `time_out`); for the nodes, whether a job that is
   * stopped gets a TERM first (`gentle`), and what its end means (`outcome`, by `$code`: nothing, or `again`, or `error`).
   */
  readonly dialect: string
  /** Shell that a job begins with: its folder, its streams, its environment. Sets `simulated_interpreter`. */
  readonly environment: string
  /** Shell, by the name of the command. */
  readonly programs: Readonly<Record<string, string>>
  /** Programs in awk, by the name that `ask` knows them under. */
  readonly questions: Readonly<Record<string, string>>
  /** The id of an element of an array, from the array's and its number; `12_3` without it. */
  element?(array: string, number: string): string
  /** What follows the number in an id. */
  readonly suffix?: string
}
