import { AbeyanceError } from '../core/error.ts'
import { nativeId, type Tag } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { Value } from '../pipeline/value.ts'
import type { Exit, JobReport } from '../runners/job-report.ts'
import type {
  CancelAnswer,
  CleanAnswer,
  FetchAnswer,
  FetchQuestion,
  LogAnswer,
  LogRange,
  LookQuestion,
  Runner,
  Submission,
  SubmitAnswer,
} from '../runners/runner.ts'
import { isOwn, type OwnStream } from '../runners/streams.ts'

/**
 * A host in memory that a test plays: jobs submitted to it do nothing until the test says so. It outlives the monitors
 * that talk to it, as a real host does, and counts how often each job was executed.
 */
export interface ScriptedRunner extends Runner {
  /** The job begins to run, as after waiting in a queue. */
  run(tag: Tag): void
  /** It writes to its log. */
  write(tag: Tag, bytes: Uint8Array | string, stream?: OwnStream): void
  /** It has made these outputs by now, and goes on. */
  make(tag: Tag, outputs: Readonly<Record<string, Value>>): void
  /** It ends, and writes how; with the outputs that a fetch is to bring. */
  end(tag: Tag, exit?: Exit, outputs?: Readonly<Record<string, Value>>): void
  /** It is dead, and wrote no exit. */
  vanish(tag: Tag, reason: Reason): void
  /** No trace is left of it, not even its folder. */
  forget(tag: Tag): void
  /** The scheduler runs it again under the same id: a new incarnation, its streams begin anew. */
  requeue(tag: Tag): void
  /** What the next looks say of it, instead of the truth. */
  say(tag: Tag, report: JobReport | undefined): void
  /** The next `times` calls of a method go wrong: before or after they had their effect, or never answer. */
  fault(method: Method, how: Fault, times?: number): void
  /** The next `times` jobs submitted are answered so, and not submitted. */
  refuse(answer: SubmitAnswer, times?: number): void
  /** What a fetch of this job answers. */
  fetched(tag: Tag, answer: FetchAnswer): void
  /** Whether its folder withstands removal. */
  hold(tag: Tag, held: boolean): void
  /** How often the job's command was executed. */
  executions(tag: Tag): number
  /** The tags that were ever submitted, in order. */
  readonly submitted: readonly Tag[]
  readonly settled: readonly Tag[]
  readonly cleaned: readonly Tag[]
  /** How often each method was called. */
  readonly calls: Readonly<Record<Method, number>>
}

export type Method = 'submit' | 'look' | 'settle' | 'cancel' | 'fetch' | 'clean'
export type Fault = 'before' | 'after' | 'hang'

interface HostJob {
  readonly tag: Tag
  state: JobReport
  news: boolean
  incarnation: number
  executions: number
  /** By incarnation. */
  readonly streams: Map<number, Record<OwnStream, Uint8Array>>
  outputs: Readonly<Record<string, Value>>
  answer?: FetchAnswer
}

export interface ScriptedOptions {
  readonly clock: { now(): number }
  /** Whether jobs run as soon as they are submitted; the test calls `run` where not. */
  readonly start?: 'at-once' | 'by-hand'
}

export function scriptedRunner({ clock, start = 'at-once' }: ScriptedOptions): ScriptedRunner {
  const host = emptyHost()
  const play = playOn(host, clock)
  return { ...runnerOn(host, play, start === 'at-once'), ...play }
}

interface Host {
  readonly jobs: Map<Tag, HostJob>
  readonly said: Map<Tag, JobReport>
  readonly faults: Map<Method, Fault[]>
  readonly refusals: SubmitAnswer[]
  readonly submitted: Tag[]
  readonly settled: Tag[]
  readonly cleaned: Tag[]
  readonly unremovable: Set<Tag>
  readonly calls: Record<Method, number>
}

function emptyHost(): Host {
  return {
    jobs: new Map(),
    said: new Map(),
    faults: new Map(),
    refusals: [],
    submitted: [],
    settled: [],
    cleaned: [],
    unremovable: new Set(),
    calls: { submit: 0, look: 0, settle: 0, cancel: 0, fetch: 0, clean: 0 },
  }
}

type Play = Omit<ScriptedRunner, keyof Runner>

/** What a test does to the host. */
function playOn(host: Host, clock: { now(): number }): Play {
  const { submitted, settled, cleaned, calls } = host
  const become = (tag: Tag, state: JobReport) => {
    Object.assign(jobOn(host, tag), { state, news: true })
  }
  const run = (tag: Tag) => {
    const job = jobOn(host, tag)
    job.incarnation += 1
    job.executions += 1
    job.streams.set(job.incarnation, { stdout: new Uint8Array(), stderr: new Uint8Array() })
    const { incarnation } = job
    const startedAt = clock.now()
    become(tag, { kind: 'running', nativeId: nativeId(tag), incarnation, startedAt, evidence: 'claimed' })
  }
  return {
    run,
    requeue: run,
    write(tag, bytes, stream = 'stdout') {
      const { streams: all, incarnation } = jobOn(host, tag)
      const streams = all.get(incarnation)
      if (streams) streams[stream] = Buffer.concat([streams[stream], Buffer.from(bytes)])
    },
    end(tag, exit = { kind: 'code', code: 0 }, outputs = {}) {
      const job = jobOn(host, tag)
      const { incarnation, state } = job
      const startedAt = state.kind === 'running' ? state.startedAt : clock.now()
      job.outputs = outputs
      become(tag, {
        kind: 'ended',
        incarnation,
        exit,
        startedAt,
        endedAt: clock.now(),
        evidence: 'exit file',
      })
    },
    make: (tag, outputs) => void (jobOn(host, tag).outputs = outputs),
    vanish(tag, reason) {
      const { incarnation } = jobOn(host, tag)
      become(tag, { kind: 'vanished', reason, incarnation, evidence: `gone: ${reason}` })
    },
    forget: (tag) => void host.jobs.delete(tag),
    say(tag, told) {
      if (told) host.said.set(tag, told)
      else host.said.delete(tag)
    },
    fault(method, how, times = 1) {
      const list = host.faults.get(method) ?? []
      host.faults.set(method, [...list, ...Array.from({ length: times }, () => how)])
    },
    refuse: (answer, times = 1) => void host.refusals.push(...Array.from({ length: times }, () => answer)),
    fetched: (tag, answer) => void (jobOn(host, tag).answer = answer),
    hold: (tag, held) => void (held ? host.unremovable.add(tag) : host.unremovable.delete(tag)),
    executions: (tag) => host.jobs.get(tag)?.executions ?? 0,
    submitted,
    settled,
    cleaned,
    calls,
  }
}

/** What a monitor sees of the host. */
function runnerOn(host: Host, play: Play, atOnce: boolean): Runner {
  const { jobs, settled } = host
  return {
    submit: (all) =>
      call(host, 'submit', () => new Map(all.map((one) => [one.tag, take(host, play, atOnce, one)]))),
    look: ({ jobs: asked, doubtful, ranges }: LookQuestion) =>
      call(host, 'look', () => ({
        reports: new Map([...asked].map((tag) => [tag, report(host, tag, doubtful.has(tag))])),
        logs: ranges.map((range) => logOf(jobs.get(range.tag), range)),
      })),
    settle: (tags) =>
      call(host, 'settle', () => {
        settled.push(...tags)
        for (const tag of tags) if (jobs.has(tag)) jobOn(host, tag).news = false
      }),
    cancel: (tags) => call(host, 'cancel', () => new Map(tags.map((tag) => [tag, stop(host, play, tag)]))),
    fetch: (question) => call(host, 'fetch', () => bring(jobOn(host, question.tag), question)),
    clean: (tags) => call(host, 'clean', () => tidy(host, tags)),
    close: () => Promise.resolve(),
  }
}

function jobOn({ jobs }: Host, tag: Tag): HostJob {
  const found = jobs.get(tag)
  if (found) return found
  throw new AbeyanceError('internal', `the scripted host was never given job ${tag}`)
}

async function call<T>({ calls, faults }: Host, method: Method, act: () => T): Promise<T> {
  calls[method] += 1
  const fault = faults.get(method)?.shift()
  if (fault === 'hang') return new Promise(() => {})
  if (fault === 'before') throw broken(method)
  const answer = act()
  if (fault === 'after') throw broken(method)
  return answer
}

function take(host: Host, play: Play, atOnce: boolean, { tag }: Submission): SubmitAnswer {
  const refusal = host.refusals.shift()
  if (refusal) return refusal
  if (!host.jobs.has(tag)) {
    host.submitted.push(tag)
    host.jobs.set(tag, newJob(tag))
    if (atOnce) play.run(tag)
  }
  return { kind: 'accepted', nativeId: nativeId(tag), evidence: 'accepted' }
}

function report({ said, jobs }: Host, tag: Tag, thorough: boolean): JobReport {
  const told = said.get(tag)
  if (told) return told
  const job = jobs.get(tag)
  if (job === undefined)
    return thorough ? { kind: 'absent', submitter: 'gone', evidence: 'no folder' } : { kind: 'quiet' }
  return thorough || job.news ? job.state : { kind: 'quiet' }
}

function stop({ jobs }: Host, play: Play, tag: Tag): CancelAnswer {
  const job = jobs.get(tag)
  if (job && job.state.kind !== 'ended' && job.state.kind !== 'vanished')
    play.end(tag, { kind: 'signal', signal: 'TERM' }, job.outputs)
  return { kind: 'stopped', evidence: 'its group is gone' }
}

function bring(job: HostJob, { outputs, spec }: FetchQuestion): FetchAnswer {
  if (job.answer) return job.answer
  if (!outputs) return { kind: 'fetched', outputs: {} }
  const missing = Object.keys(spec.outputs).filter((name) => !(name in job.outputs))
  if (missing.length === 0) return { kind: 'fetched', outputs: job.outputs }
  return {
    kind: 'missing',
    outputs: missing,
    message: missing.map((name) => `output ${name}: not there`).join('; '),
  }
}

function tidy({ cleaned, unremovable }: Host, tags: readonly Tag[]): CleanAnswer {
  const removed = tags.filter((tag) => !unremovable.has(tag))
  cleaned.push(...removed)
  return { removed, bytes: 0, left: tags.filter((tag) => unremovable.has(tag)) }
}

function newJob(tag: Tag): HostJob {
  return {
    tag,
    state: { kind: 'queued', nativeId: nativeId(tag), evidence: 'in the queue' },
    news: false,
    incarnation: 0,
    executions: 0,
    outputs: {},
    streams: new Map(),
  }
}

function logOf(job: HostJob | undefined, range: LogRange): LogAnswer {
  const { tag, incarnation, stream } = range
  const about = { tag, incarnation, stream }
  if (!isOwn(stream))
    return { kind: 'unavailable', ...about, why: 'unsupported', sentence: `there is no ${stream} here` }
  if (job === undefined)
    return { kind: 'unavailable', ...about, why: 'gone', sentence: 'the folder of the job is gone' }
  const all = job.streams.get(incarnation)?.[stream]
  if (all === undefined)
    return { kind: 'unavailable', ...about, why: 'not-started', sentence: 'the job has not started' }
  const offset = range.offset < 0 ? Math.max(0, all.length + range.offset) : range.offset
  const bytes = all.slice(offset, offset + range.limit)
  return { kind: 'chunk', ...about, offset, bytes, size: all.length }
}

function broken(method: Method): AbeyanceError {
  return new AbeyanceError('unreachable', `the scripted host broke off at ${method}`)
}
