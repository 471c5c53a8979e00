import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { DirectiveTable } from './batch-directives.ts'
import type { HostCheck, Submission } from './runner.ts'

/**
 * What the shared runner must know of one kind of scheduler: a table of shell lines to be sent and pure functions that read
 * what comes back. Shell lines are POSIX sh, run on the login host, and may use the functions of `processFacts`.
 */
export interface Scheduler {
  readonly kind: string
  /** What of `Resources` it cannot express. */
  readonly cannot: readonly string[]
  /** By which the wrapper learns who it is: set `native`, and `restart` where the scheduler starts jobs again; `$pid` and `$pid_start` are given. */
  readonly identity: string
  /** Variables that it sets for a job and that the job's command gets, such as where its tasks and graphics cards are. */
  readonly variables?: readonly string[]
  /**
   * In the attempt's folder: starts `job/wrapper` with the folder as its argument, and sets `native`. Or it fails, with `fault`
   * set to the scheduler's own words and `verdict` to `refused` (no, for good), `not-tried` (no, for now: a full queue) or
   * `doubt` (it may have been accepted: a timeout, an answer without an id).
   */
  submit(job: Submission): string
  /** Succeeds when the job with the native id `$1` surely neither waits nor runs any more. */
  readonly gone: string
  /** Prints its name and version; fails, naming them, where its commands are not found. Tried by `doctor`. */
  readonly version?: string
  /** What else is worth trying of it without any job. */
  readonly checks?: readonly HostCheck[]
  /** How batch scripts speak to it; without it, one that does so is refused. */
  readonly directives?: DirectiveTable
  /** Of one that takes many jobs at once, as an array; without it each is submitted by itself. */
  readonly arrays?: Arrays
  /** Of a scheduler that has a queue; plain processes have none, their machine itself is asked. */
  readonly queue?: Queue
}

/** Job arrays: one submission of many jobs that ask for the same. */
export interface Arrays {
  /**
   * As `Scheduler.submit`, of so many elements counted from 1, in the array's folder: each runs `start`, which is there. What
   * the elements ask for is that of `job`, whose tag is the array's name. What it sets as `native` is an id for all of them.
   */
  submit(job: Submission, count: number): string
  /** Shell: in the environment of an element, its number: `$SLURM_ARRAY_TASK_ID`. */
  readonly index: string
  /** Shell: sets `native` to the id of the element `$2` of the array `$1`, as it stands in lists and as `identity` gives it. */
  readonly element: string
}

/** The second source: asked rarely, for all jobs at once. */
export interface Queue {
  /** Shell: prints all jobs of this user, for `readQueue`; fails where the answer is not whole, with the scheduler's words on stderr. */
  readonly list: string
  /** Shell, a filter: from what `list` printed to the native ids in it, one a line, each with the first word of its job's name where that could be read. */
  readonly ids: string
  /**
   * Shell: prints for `readAccounting` what accounting knows of the ended jobs whose native ids are `"$@"`. Code 3 says that accounting is
   * off here, any other but 0 that it gave no answer.
   */
  readonly account: string
  /**
   * Shell: prints the native id of the job with the name `$1` that was submitted at `$2` (seconds since 1970, this host's clock)
   * or later, nothing where there surely is none. Fails where nobody knows. The queue first, since accounting misses young and held jobs.
   */
  readonly find: string
  /** Shell: tells the scheduler to end the jobs whose native ids are `"$@"`; one that ended already is no fault. */
  readonly cancel: string
  /** Milliseconds after which a submission whose client is dead can not arrive any more: the scheduler's own message timeout. */
  readonly messageTimeout: number
  /** Pure, never throws, whatever the text (rule J3). */
  readQueue(text: string): QueueAnswer
  readAccounting(text: string): ReadonlyMap<NativeId, AccountedJob>
}

export interface QueueAnswer {
  readonly jobs: ReadonlyMap<NativeId, QueuedJob>
  /** Lines that nobody could read: shown, and while there are any, a job that is not listed is not absent. */
  readonly unread: readonly string[]
}

/** One line of the queue. */
export interface QueuedJob {
  /** As it was given at submission: the tag. */
  readonly name: string
  /** What we take the scheduler's word for; `unknown` is a word in no table of ours. `ended`: listed, though it is over. */
  readonly phase: 'waiting' | 'held' | 'running' | 'suspended' | 'ending' | 'ended' | 'unknown'
  /** The scheduler's own word, and why the job waits or was ended, where it says so. */
  readonly word: string
  readonly why?: string
  /** Why it ended, of a listed job that is over. */
  readonly reason?: Reason
  /** The raw line, as evidence. */
  readonly line: string
}

/** What accounting says of a job: the last record, where the job was started several times. */
export interface AccountedJob {
  /** As it was given at submission; without it accounting did not say. An id is given again, to a job of another name. */
  readonly name?: string
  /** `ended` has a final word; `open` is one that accounting holds to go on; `unknown` a word in no table of ours. */
  readonly phase: 'ended' | 'open' | 'unknown'
  readonly word: string
  /** Where the scheduler tells why: out-of-memory, walltime, node-failure, preempted, cancelled-by-admin… */
  readonly reason?: Reason
  readonly code?: number
  readonly signal?: number
  /** The raw line, as evidence. */
  readonly line: string
}
