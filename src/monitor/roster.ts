import type { JobKey, Tag } from '../core/ids.ts'
import { memorySize } from '../core/memory-size.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import { revokeFirst } from './decide.ts'

/** What is held in memory of a job that is open: some small fields, and never its record (rule M7). */
export interface OpenJob {
  readonly key: JobKey
  readonly tag: Tag
  readonly destination: string
  readonly kind: JobState['kind']
  readonly since: number
  readonly incarnation: number
  readonly cores: number
  /** MiB; 0 where it does not say. */
  readonly memory: number
  readonly notBefore: number
  /** Submitting, and the request was written down to be sent. */
  readonly sent: boolean
  /** What is wanted of its end; `look`: results are to be kept, and before its host is asked it is looked at (rule J6). */
  readonly cancel: 'no' | 'end' | 'look' | 'keep'
  readonly missingSince: number | undefined
  readonly rules: boolean
  /** Its record says which its processes are. */
  readonly traced: boolean
  /** What is noted of how it runs; rarely there. */
  readonly noted: string | undefined
  readonly revokeFirst: boolean
  /** When it is next looked into thoroughly; an absolute time. */
  thoroughAt: number
}

/** The open jobs of one destination, by what is to be done for them. */
export interface Roster {
  /** Jobs that wait to be submitted, in the order in which they came. */
  readonly waiting: ReadonlyMap<Tag, OpenJob>
  /** Jobs whose request is under way. */
  readonly asked: ReadonlyMap<Tag, OpenJob>
  /** Jobs that the host knows, or may know: the ones to look at. */
  readonly watched: ReadonlyMap<Tag, OpenJob>
  readonly fetching: ReadonlyMap<Tag, OpenJob>
  /** Lost ones: an exit file may turn up. */
  readonly lost: ReadonlyMap<Tag, OpenJob>
  /** The watched ones whose end is wanted. */
  readonly unwanted: ReadonlyMap<Tag, OpenJob>
  /** Watched ones that are held for lost as soon as the host says that they cannot run (rule J2). */
  readonly revoking: ReadonlyMap<Tag, OpenJob>
  revoke(job: OpenJob): void
  set(job: OpenJob): void
  remove(tag: Tag): void
}

/** `revoking` is called when a job is to be revoked. */
export function openRoster(revoking: () => void): Roster {
  const groups = {
    waiting: new Map<Tag, OpenJob>(),
    asked: new Map<Tag, OpenJob>(),
    watched: new Map<Tag, OpenJob>(),
    fetching: new Map<Tag, OpenJob>(),
    lost: new Map<Tag, OpenJob>(),
    unwanted: new Map<Tag, OpenJob>(),
    revoking: new Map<Tag, OpenJob>(),
  }
  const remove = (tag: Tag, but?: Map<Tag, OpenJob>) => {
    for (const group of Object.values(groups)) if (group !== but) group.delete(tag)
  }
  return {
    ...groups,
    remove: (tag) => remove(tag),
    revoke(job) {
      groups.revoking.set(job.tag, job)
      revoking()
    },
    set(job) {
      const group = groupOf(job)
      const before = groups.watched.get(job.tag)
      if (before && job.missingSince === undefined) job.thoroughAt = before.thoroughAt
      if (group === undefined) return remove(job.tag)
      remove(job.tag, groups[group])
      groups[group].set(job.tag, job)
      if (job.cancel !== 'no' && group === 'watched') groups.unwanted.set(job.tag, job)
    },
  }
}

/** Undefined for a job for which nothing is left to be done. */
export function openJob(job: JobRecord): OpenJob | undefined {
  const { key, tag, destination, state } = job
  if (state.kind === 'succeeded' || state.kind === 'failed' || state.kind === 'cancelled') return undefined
  return {
    key,
    tag,
    destination,
    kind: state.kind,
    since: state.since,
    incarnation: 'incarnation' in state ? state.incarnation : 0,
    cores: job.spec.resources.cores ?? 1,
    memory: memoryOf(job),
    notBefore: state.kind === 'submitting' ? (state.notBefore ?? 0) : 0,
    sent: state.kind === 'submitting' && state.intent !== undefined,
    cancel: wishOf(job),
    missingSince: job.missingSince,
    rules: job.log.length > 0,
    traced: job.processes !== undefined,
    noted: job.noted?.text,
    revokeFirst: revokeFirst(job),
    thoroughAt: 0,
  }
}

function wishOf({ cancelRequested: wish }: JobRecord): OpenJob['cancel'] {
  if (wish === undefined) return 'no'
  if (!wish.keep) return 'end'
  return wish.asked === undefined ? 'look' : 'keep'
}

/** What is no size is refused when it is submitted. */
function memoryOf({ spec: { resources } }: JobRecord): number {
  try {
    return resources.memory === undefined ? 0 : memorySize(resources.memory)
  } catch {
    return 0
  }
}

function groupOf(job: OpenJob): 'waiting' | 'asked' | 'watched' | 'fetching' | 'lost' | undefined {
  switch (job.kind) {
    case 'submitting':
      return job.sent ? 'asked' : 'waiting'
    case 'submit-unknown':
    case 'queued':
    case 'held':
    case 'running':
      return 'watched'
    case 'fetching':
      return 'fetching'
    case 'lost':
      return 'lost'
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return undefined
  }
}
