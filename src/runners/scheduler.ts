import type { Submission } from './runner.ts'

/** What the shared runner must know of one kind of scheduler: pure functions that give shell lines. */
export interface Scheduler {
  readonly kind: string
  /** What of `Resources` it cannot express. */
  readonly cannot: readonly string[]
  /** By which the wrapper learns who it is: set `native`, and `restart` where the scheduler starts jobs again; `$pid` and `$pid_start` are given. */
  readonly identity: string
  /** In the attempt's folder: starts `job/wrapper` with the folder as its argument, and sets `native`; or sets `fault` and fails. */
  submit(job: Submission): string
  /** Succeeds when the job with the native id `$1` can surely not start any more. */
  readonly gone: string
}
