import type { Clock } from '../core/clock.ts'
import type { Digest, NativeId, Tag, WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { UsageBook } from '../core/usage-book.ts'
import type { Value } from '../pipeline/value.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import type { Places } from '../staging/places.ts'
import type { Transport } from '../transports/transport.ts'
import type { ExistingJobReport } from './existing-job-report.ts'
import type { JobReport } from './job-report.ts'
import type { JobSpec } from './job-spec.ts'
import type { HostDisk } from './host-disk.ts'
import type { Stream } from './streams.ts'

/** Knows one kind of scheduler. Every method may be repeated; none keeps anything that is not also on the host. */
export interface Runner {
  /** Safe to repeat under the same tags: a job that is there is reported, not submitted again. One answer per job. Rejecting means: nobody knows. */
  submit(jobs: readonly Submission[], options: CallOptions): Promise<ReadonlyMap<Tag, SubmitAnswer>>
  /** One round trip for all jobs and log ranges. One report per job asked. */
  look(question: LookQuestion, options: CallOptions): Promise<LookAnswer>
  /** What these reports say is on disk here: the host may forget its news of them. */
  settle(tags: readonly Tag[], options: CallOptions): Promise<void>
  /** Stops jobs in whatever phase, whole groups; resolves when each is confirmed stopped or known to go on. */
  cancel(tags: readonly Tag[], options: CancelOptions): Promise<ReadonlyMap<Tag, CancelAnswer>>
  /** Brings home what was declared, and the streams up to the cap. Safe to repeat. */
  fetch(job: FetchQuestion, options: CallOptions): Promise<FetchAnswer>
  /**
   * What a scheduler knows of jobs that somebody else submitted, by their native ids; a runner that cannot tell has no such
   * method. They are never submitted, cancelled or cleaned from here (rule J9).
   */
  lookUp?(ids: readonly NativeId[], options: CallOptions): Promise<ReadonlyMap<NativeId, ExistingJobReport>>
  /** Removes the folders of attempts; those that are gone already are no fault. Rejecting means: nobody knows, so they are tried again. */
  clean(tags: readonly Tag[], options: CallOptions): Promise<CleanAnswer>
  /** What the folders of this workspace take on the machine, in one round trip; a runner that cannot tell has no such method. */
  disk?(options: CallOptions): Promise<HostDisk>
  /** Lets go of outputs that stay there and that no record names any more; a runner where nothing stays has no such method. */
  unpin?(digests: readonly Digest[], options: CallOptions): Promise<void>
  close(): Promise<void>
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Told now and then how far the files of a job have travelled, where that can be told. */
  readonly travelled?: (tag: Tag, travel: Travel) => void
}

/** Bytes on their way: `there` to the machine, before the job begins; `home` from it, when it has ended. */
export interface Travel {
  readonly way: 'there' | 'home'
  readonly done: number
  readonly total: number
}

export interface CancelOptions extends CallOptions {
  /** Of jobs whose folder may be gone, by which their processes are found all the same. */
  readonly known?: KnownJobs
}

/** What earlier looks told of jobs, as it is kept in their records. */
export type KnownJobs = ReadonlyMap<Tag, KnownJob>

export interface KnownJob {
  readonly nativeId?: NativeId
  readonly incarnation: number
  readonly startedAt: number
  /** As the runner itself reported it of a running job. */
  readonly processes?: string
}

/** A runner before it knows its machine: what `local()` or `slurm()` gives. */
export interface RunnerKind {
  readonly kind: string
  /** What of `Resources` it cannot express: refused when the job is planned, with the name (rule in remote-jobs: never silence). */
  readonly cannot: readonly string[]
  /** Whether jobs can go as job arrays; elsewhere each goes alone, also where a destination asks for arrays. */
  readonly arrays?: boolean
  /** What `doctor` tries on the machine before it submits a job. */
  readonly checks?: readonly HostCheck[]
  /** The same of a runner whose machine gives no shell: they stand for all that `doctor` tries over a transport. */
  readonly trials?: readonly HostTrial[]
  open(context: RunnerContext): Runner
}

export interface HostCheck {
  /** For people: `the queue can be listed`. */
  readonly what: string
  /** POSIX shell: prints in one line what is worth knowing, or fails with the words to be said. */
  readonly script: string
}

export interface HostTrial {
  /** For people: `reaches pulsar at host:8913`. */
  readonly what: string
  /** Gives what is worth knowing in one line; rejects with what is wrong and the next step. */
  attempt(signal: AbortSignal): Promise<string | undefined>
}

export interface RunnerContext {
  readonly transport: Transport
  /** Absolute, or starting with `~/`, on the machine where jobs run. */
  readonly workFolder: string
  readonly workspace: WorkspaceId
  readonly objects: ObjectStore
  /** A local folder where fetched streams are kept, `<tag>.<incarnation>.<stream>`. */
  readonly logFolder: string
  /** A local folder of the workspace's for files that machines fetch here, or bring. */
  readonly endpointFolder: string
  /** Bytes of a stream that are kept at its end: half head, half tail. */
  readonly logCap: number
  /** How often the scheduler is asked in an hour where nothing is in doubt: 12 when not given. */
  readonly schedulerCommandsPerHour?: number
  /** What was asked of the host, for all who share its budget; without it, this process counts alone. */
  readonly usage?: UsageBook
  /** Jobs that are submitted at once and ask for the same go as job arrays, of at most so many; where it is not given, each goes alone. */
  readonly arrays?: { readonly most?: number }
  /** Where files stay and how they come home; without it, nothing stays. */
  readonly places?: Places
  readonly clock: Clock
  readonly logger: Logger
  /** Called when a look is worth its while at once: something may have happened. */
  wake(): void
}

export interface Submission {
  readonly tag: Tag
  /** For people, in the scheduler's lists. */
  readonly name: string
  readonly attempt: number
  readonly spec: JobSpec
}

export type SubmitAnswer =
  | { readonly kind: 'accepted'; readonly nativeId: NativeId; readonly evidence: string }
  /** The scheduler or the wrapper says no for good: the job fails with `submission-refused` or `staging-in`. */
  | {
      readonly kind: 'refused'
      readonly reason: 'submission-refused' | 'staging-in'
      readonly message: string
    }
  /** Surely not submitted; to be tried later (queue full, stopped after another's failure). */
  | { readonly kind: 'not-tried'; readonly message: string }
  /** May or may not have been submitted: `submit-unknown`. */
  | { readonly kind: 'doubt'; readonly message: string }

export interface LookQuestion {
  readonly jobs: Iterable<Tag>
  /** Jobs to be looked into thoroughly: folder, claim, processes. The others only by what the spool says. */
  readonly doubtful: ReadonlySet<Tag>
  /** Those of them that may have gone wrong: a scheduler with a queue is asked for their sake, not only when its turn has come. */
  readonly urgent?: ReadonlySet<Tag>
  /** Of jobs that were not found though they began: one whose processes live runs, also where its folder was removed. */
  readonly known?: KnownJobs
  readonly ranges: readonly LogRange[]
}

export interface LookAnswer {
  readonly reports: ReadonlyMap<Tag, JobReport>
  readonly logs: readonly LogAnswer[]
  /** How many commands of its scheduler it took. */
  readonly commands?: number
  /** The budget left something unasked that somebody waits to hear. */
  readonly spared?: Spared
}

/** Why nothing is asked, as a sentence, and until when, in ms since 1970. */
export interface Spared {
  readonly until: number
  readonly why: string
}

/** Asks for at most `limit` bytes of a stream from `offset`; a negative offset counts from the end. */
export interface LogRange {
  readonly tag: Tag
  readonly incarnation: number
  readonly stream: Stream
  readonly offset: number
  readonly limit: number
}

/** `size` is the stream's size at the time of the answer: below the offset asked for means it was truncated. */
export type LogAnswer =
  | {
      readonly kind: 'chunk'
      readonly tag: Tag
      readonly incarnation: number
      readonly stream: Stream
      readonly offset: number
      readonly bytes: Uint8Array
      readonly size: number
    }
  | {
      readonly kind: 'unavailable'
      readonly tag: Tag
      readonly incarnation: number
      readonly stream: Stream
      readonly why: LogGap
      readonly sentence: string
    }

export type LogGap = 'unsupported' | 'not-started' | 'gone' | 'no-permission' | 'too-large'

export type CancelAnswer =
  /** Nothing of it runs, and nothing of it can start. */
  | { readonly kind: 'stopped'; readonly evidence: string }
  | { readonly kind: 'pending'; readonly evidence: string }

export interface CleanAnswer {
  /** Whose folders were there and are gone. */
  readonly removed: readonly Tag[]
  /** What that freed on the machine's disk, as far as it could be told. */
  readonly bytes: number
  /** Whose folders are still there, since something of them runs or may: to be tried again. */
  readonly left: readonly Tag[]
}

export interface FetchQuestion {
  readonly tag: Tag
  readonly incarnation: number
  readonly spec: JobSpec
  /** Whether outputs are wanted; streams always are. A failed job's outputs are not. */
  readonly outputs: boolean
}

export type FetchAnswer =
  | { readonly kind: 'fetched'; readonly outputs: Readonly<Record<string, Value>> }
  | { readonly kind: 'missing'; readonly outputs: readonly string[]; readonly message: string }
  | {
      readonly kind: 'refused'
      readonly reason: 'staging-out' | 'output-too-large'
      readonly message: string
    }
