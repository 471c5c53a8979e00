import { AbeyanceError } from '../../src/core/error.ts'
import { nativeId, runId, tag, type JobKey } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { execution, type Execution, type ExecutionOptions } from '../../src/engine/execution.ts'
import { plan, type Step } from '../../src/engine/plan.ts'
import type { Surroundings } from '../../src/engine/surroundings.ts'
import type { AnyModuleType, Values } from '../../src/modules/module-type.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { unfold } from '../../src/pipeline/unfold.ts'
import type { Value } from '../../src/pipeline/value.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { isFinal, type FinalState } from '../../src/records/job-state.ts'
import { readOutcomes, readOutput } from '../../src/records/kept-run.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { Entry, RecordStore } from '../../src/records/record-store.ts'
import { typesOf } from './fake-types.ts'

/** A small world around the engine: a store, jobs that end when a test says so, and counts of what was done. */
export interface World {
  readonly store: RecordStore
  readonly types: Map<string, AnyModuleType>
  readonly jobs: Map<JobKey, JobRecord>
  /** What was computed, submitted or run again, in order: `compute add`, `submit j`, `again j`, `collect j`. */
  readonly done: string[]
  /** What the volatile module `ask` says now. */
  said: Value
  /** Makes `collect` of `job` throw. */
  broken: boolean
  now: number
  readonly files: Set<string>
  /** Succeeded jobs of which not everything is kept any more. */
  readonly gone: Set<JobKey>
  /** Called before each write; may throw. */
  onPut: (entries: readonly Entry[]) => void | Promise<void>
  onJob: (key: JobKey) => void | Promise<void>
  readonly gates: Map<string, () => void>
  /** Ends the job whose module's name begins so. */
  end(name: string, kind?: FinalState['kind']): JobKey
  count(what: string): number
}

export function world(): World {
  const types = new Map<string, AnyModuleType>()
  const self: World = {
    store: memoryStore(),
    types,
    jobs: new Map(),
    done: [],
    said: 1,
    broken: false,
    now: 0,
    files: new Set(),
    gone: new Set(),
    onPut: () => {},
    onJob: () => {},
    gates: new Map(),
    end(name, kind = 'succeeded') {
      const job = [...self.jobs.values()].find((one) => one.name.startsWith(name) && !isFinal(one.state))
      if (!job) throw new Error(`no open job is called ${name}`)
      self.jobs.set(job.key, { ...job, state: finalState(job, kind) })
      return job.key
    },
    count: (what) => self.done.filter((one) => one === what || one.startsWith(`${what} `)).length,
  }
  for (const type of typesOf(self)) types.set(type.type, type)
  return self
}

function finalState(job: JobRecord, kind: FinalState['kind']): FinalState {
  const common = { since: 0, incarnation: 1 }
  const text = job.spec.run.kind === 'script' ? job.spec.run.script : ''
  switch (kind) {
    case 'succeeded':
      return {
        ...common,
        kind: 'succeeded',
        outputs: { out: `job ${text}` },
        startedAt: 0,
        endedAt: 0,
      }
    case 'failed':
      return { ...common, kind: 'failed', reason: 'exit-code', message: 'exit code 1' }
    case 'cancelled':
      return { ...common, kind: 'cancelled', by: 'user' }
    case 'lost':
      return { ...common, kind: 'lost', why: 'gone twice' }
  }
}

export interface RunOptions extends Partial<Omit<ExecutionOptions, 'graph'>> {
  readonly run?: string
  readonly inputs?: Values
  readonly signal?: AbortSignal
}

/** An execution as after a start of the engine: all that it knows is in the store. */
export async function start(of: World, pipeline: Pipeline, options: RunOptions = {}): Promise<Execution> {
  const around = await surroundings(of, options)
  return execution(around, optionsOf(around, pipeline, options))
}

/** What it would do, under the same circumstances. */
export async function planOf(
  of: World,
  pipeline: Pipeline,
  options: RunOptions = {},
): Promise<readonly Step[]> {
  const around = await surroundings(of, options)
  return plan(around, optionsOf(around, pipeline, options))
}

/** One execution with one round. */
export async function once(of: World, pipeline: Pipeline, options: RunOptions = {}): Promise<Execution> {
  const run = await start(of, pipeline, options)
  await run.round()
  return run
}

function optionsOf(around: Surroundings, pipeline: Pipeline, options: RunOptions): ExecutionOptions {
  const wires = Object.entries(options.inputs ?? {}).map(([name, value]) => [
    name,
    { kind: 'value', value } as const,
  ])
  return {
    graph: unfold(pipeline, Object.fromEntries(wires), around),
    targets: [],
    fresh: [],
    onFailure: 'continue',
    ...options,
  }
}

export async function surroundings(of: World, options: RunOptions = {}): Promise<Surroundings> {
  const run = runId(options.run ?? 'run-1')
  const record = (key: JobKey) => of.jobs.get(key)
  return {
    run,
    types: of.types,
    catalog: new Map([...of.types].map(([type, { kind }]) => [type, kind])),
    resolve: (given) => {
      if (typeof given === 'object' && given !== null && ('file' in given || 'folder' in given))
        throw new Error('no file is named in these tests')
      return JSON.parse(JSON.stringify(given)) as Value
    },
    before: await readOutcomes(of.store, run),
    logger: silent,
    signal: options.signal ?? new AbortController().signal,
    output: (key) => readOutput(of.store, key),
    async job(key) {
      await of.onJob(key)
      const job = record(key)
      return job && of.gone.has(key) ? { ...job, isGone: true } : job
    },
    async put(entries) {
      await of.onPut(entries)
      await of.store.put(entries)
    },
    again(request, after) {
      const known = record(request.key)
      if (known && known.attempt !== after) return Promise.resolve(known)
      return known && isFinal(known.state)
        ? Promise.resolve(anotherAttempt(of, known, request.spec))
        : Promise.reject(new AbeyanceError('invalid-state', 'it may still run'))
    },
    suspend(request) {
      const known = record(request.key)
      if (known) return Promise.resolve(known)
      of.done.push(`submit ${request.name}`)
      const job: JobRecord = {
        key: request.key,
        signature: request.signature,
        name: request.name,
        spec: request.spec,
        destination: 'local',
        retry: [],
        log: [],
        attempt: 1,
        tag: tag('j'),
        earlier: [],
        state: {
          kind: 'queued',
          since: 0,
          nativeId: nativeId('1'),
        },
      }
      of.jobs.set(job.key, job)
      return Promise.resolve(job)
    },
    async wait(key, wait) {
      const kept = await of.store.get({ kind: 'wait', key })
      if (kept !== undefined) return JSON.parse(JSON.stringify(kept)) as typeof wait
      await of.store.put([{ kind: 'wait', key, value: { ...wait } }])
      return wait
    },
    isOver: (wait) =>
      Promise.resolve(
        wait.kind === 'until' ? of.now >= wait.time : wait.kind === 'file' && of.files.has(wait.path),
      ),
    files: { path: never, text: never, folder: never },
    keep: never,
    fileAt: (path) =>
      of.files.has(path)
        ? Promise.resolve({
            kind: 'file',
            name: path.slice(1),
            size: 1,
            digest: digestOf(path),
            at: { kind: 'path', path },
          })
        : Promise.reject(new AbeyanceError('missing-file', `there is no ${path}`)),
    jobFiles: () => ({ value: () => null, path: never, text: never }),
    changed() {},
    now: () => of.now,
  }
}

function anotherAttempt(of: World, job: JobRecord, spec: JobRecord['spec']): JobRecord {
  of.done.push(`again ${job.name}`)
  of.gone.delete(job.key)
  const state = { kind: 'queued', since: 0, nativeId: nativeId('2') } as const
  const next: JobRecord = { ...job, spec, attempt: job.attempt + 1, state }
  of.jobs.set(job.key, next)
  return next
}

const never = () => Promise.reject(new Error('nothing is asked for that here'))
const digestOf = (path: string) => `${path}`.padEnd(64, '0') as never
