import { AbeyanceError } from '../core/error.ts'
import { nativeId, type Tag } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import type { Value } from '../pipeline/value.ts'
import type { Exit, JobReport } from '../runners/job-report.ts'
import type {
  CancelAnswer,
  FetchAnswer,
  FetchQuestion,
  LogAnswer,
  LogRange,
  LookQuestion,
  Runner,
  Stream,
  Submission,
  SubmitAnswer,
} from '../runners/runner.ts'

/**
 * A host in memory that a test plays: jobs submitted to it do nothing until the test says so. It outlives the monitors
 * that talk to it, as a real host does, and counts how often each job was executed.
 */
export interface ScriptedRunner extends Runner {
  /** The job begins to run, as after waiting in a queue. */
  run(tag: Tag): void
  /** It writes to its log. */
  write(tag: Tag, bytes: Uint8Array | string, stream?: Stream): void
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
  streams: Record<Stream, Uint8Array>
  outputs: Readonly<Record<string, Value>>
  answer?: FetchAnswer
}

export interface ScriptedOptions {
  readonly clock: { now(): number }
  /** Whether jobs run as soon as they are submitted; the test calls `run` where not. */
  readonly start?: 'at-once' | 'by-hand'
}

export function scriptedRunner({ clock, start = 'at-once' }: ScriptedOptions): ScriptedRunner {
  const jobs = new Map<Tag, HostJob>()
  const said = new Map<Tag, JobReport>()
  const faults = new Map<Method, Fault[]>()
  const refusals: SubmitAnswer[] = []
  const submitted: Tag[] = []
  const settled: Tag[] = []
  const cleaned: Tag[] = []
  const calls = { submit: 0, look: 0, settle: 0, cancel: 0, fetch: 0, clean: 0 }

  function job(tag: Tag): HostJob {
    const found = jobs.get(tag)
    if (found) return found
    throw new AbeyanceError('internal', `the scripted host was never given job ${tag}`)
  }

  function become(tag: Tag, state: JobReport): void {
    Object.assign(job(tag), { state, news: true })
  }

  async function call<T>(method: Method, act: () => T): Promise<T> {
    calls[method] += 1
    const fault = faults.get(method)?.shift()
    if (fault === 'hang') return new Promise(() => {})
    if (fault === 'before') throw broken(method)
    const answer = act()
    if (fault === 'after') throw broken(method)
    return answer
  }

  function take({ tag }: Submission): SubmitAnswer {
    const refusal = refusals.shift()
    if (refusal) return refusal
    if (!jobs.has(tag)) {
      submitted.push(tag)
      jobs.set(tag, newJob(tag))
      if (start === 'at-once') host.run(tag)
    }
    return { kind: 'accepted', nativeId: nativeId(tag), evidence: 'accepted' }
  }

  function report(tag: Tag, thorough: boolean): JobReport {
    const told = said.get(tag)
    if (told) return told
    const found = jobs.get(tag)
    if (found === undefined)
      return thorough ? { kind: 'absent', submitter: 'gone', evidence: 'no folder' } : { kind: 'quiet' }
    return thorough || found.news ? found.state : { kind: 'quiet' }
  }

  function stop(tag: Tag): CancelAnswer {
    const found = jobs.get(tag)
    if (found && found.state.kind !== 'ended' && found.state.kind !== 'vanished')
      host.end(tag, { kind: 'signal', signal: 'TERM' })
    return { kind: 'stopped', evidence: 'its group is gone' }
  }

  function bring({ tag, outputs }: FetchQuestion): FetchAnswer {
    const found = job(tag)
    return found.answer ?? { kind: 'fetched', outputs: outputs ? found.outputs : {} }
  }

  const host: ScriptedRunner = {
    submit: (all) => call('submit', () => new Map(all.map((one) => [one.tag, take(one)]))),
    look: ({ jobs: asked, doubtful, ranges }: LookQuestion) =>
      call('look', () => ({
        reports: new Map([...asked].map((tag) => [tag, report(tag, doubtful.has(tag))])),
        logs: ranges.map((range) => logOf(jobs.get(range.tag), range)),
      })),
    settle: (tags) =>
      call('settle', () => {
        settled.push(...tags)
        for (const tag of tags) if (jobs.has(tag)) job(tag).news = false
      }),
    cancel: (tags) => call('cancel', () => new Map(tags.map((tag) => [tag, stop(tag)]))),
    fetch: (question) => call('fetch', () => bring(question)),
    clean: (tags) => call('clean', () => void cleaned.push(...tags)),
    close: () => Promise.resolve(),
    run(tag) {
      const found = job(tag)
      found.incarnation += 1
      found.executions += 1
      found.streams = { stdout: new Uint8Array(), stderr: new Uint8Array() }
      const { incarnation } = found
      become(tag, {
        kind: 'running',
        nativeId: nativeId(tag),
        incarnation,
        startedAt: clock.now(),
        evidence: 'claimed',
      })
    },
    write(tag, bytes, stream = 'stdout') {
      const { streams } = job(tag)
      streams[stream] = Buffer.concat([streams[stream], Buffer.from(bytes)])
    },
    end(tag, exit = { kind: 'code', code: 0 }, outputs = {}) {
      const found = job(tag)
      const { incarnation, state } = found
      const startedAt = state.kind === 'running' ? state.startedAt : clock.now()
      found.outputs = outputs
      become(tag, {
        kind: 'ended',
        incarnation,
        exit,
        startedAt,
        endedAt: clock.now(),
        evidence: 'exit file',
      })
    },
    vanish(tag, reason) {
      const { incarnation } = job(tag)
      become(tag, { kind: 'vanished', reason, incarnation, evidence: `gone: ${reason}` })
    },
    forget: (tag) => void jobs.delete(tag),
    requeue: (tag) => host.run(tag),
    say(tag, told) {
      if (told) said.set(tag, told)
      else said.delete(tag)
    },
    fault(method, how, times = 1) {
      const list = faults.get(method) ?? []
      faults.set(method, [...list, ...Array.from({ length: times }, () => how)])
    },
    refuse(answer, times = 1) {
      for (let time = 0; time < times; time++) refusals.push(answer)
    },
    fetched(tag, answer) {
      job(tag).answer = answer
    },
    executions: (tag) => jobs.get(tag)?.executions ?? 0,
    submitted,
    settled,
    cleaned,
    calls,
  }
  return host
}

function newJob(tag: Tag): HostJob {
  return {
    tag,
    state: { kind: 'queued', nativeId: nativeId(tag), evidence: 'in the queue' },
    ...{ news: false, incarnation: 0, executions: 0, outputs: {} },
    streams: { stdout: new Uint8Array(), stderr: new Uint8Array() },
  }
}

function logOf(job: HostJob | undefined, range: LogRange): LogAnswer {
  const { tag, incarnation, stream } = range
  const about = { tag, incarnation, stream }
  if (job === undefined)
    return { kind: 'unavailable', ...about, why: 'gone', sentence: 'the folder of the job is gone' }
  if (job.incarnation < incarnation || job.incarnation === 0)
    return { kind: 'unavailable', ...about, why: 'not-started', sentence: 'the job has not started' }
  const all = job.streams[stream]
  const offset = range.offset < 0 ? Math.max(0, all.length + range.offset) : range.offset
  const bytes = all.slice(offset, offset + range.limit)
  return { kind: 'chunk', ...about, offset, bytes, size: all.length }
}

function broken(method: Method): AbeyanceError {
  return new AbeyanceError('unreachable', `the scripted host broke off at ${method}`)
}
