import { AbeyanceError } from '../../src/core/error.ts'
import { modulePath, nativeId, runId, tag, type JobKey } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { execution, type Execution, type ExecutionOptions } from '../../src/engine/execution.ts'
import { plan, type Step } from '../../src/engine/plan.ts'
import type { Surroundings } from '../../src/engine/surroundings.ts'
import { succeededType } from '../../src/modules/succeeded-type.ts'
import type { Act, AnyModuleType, Values } from '../../src/modules/module-type.ts'
import { fileType, untilType } from '../../src/modules/wait-types.ts'
import type { Module, Pipeline, Source } from '../../src/pipeline/pipeline.ts'
import { unfold } from '../../src/pipeline/unfold.ts'
import type { Value } from '../../src/pipeline/value.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { isFinal, type FinalState } from '../../src/records/job-state.ts'
import { readOutcomes, readOutput } from '../../src/records/kept-run.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { Outcome } from '../../src/records/outcome.ts'
import type { Entry, RecordStore } from '../../src/records/record-store.ts'

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

function typesOf(self: World): readonly AnyModuleType[] {
  return [
    // Gives what it is given, joined: whatever differs upstream shows.
    typeOf('join', {
      kind: 'compute',
      compute: (inputs) => note(self, 'join', inputs, { out: show(inputs) }),
    }),
    typeOf('give', {
      kind: 'compute',
      compute: (inputs) => note(self, 'give', inputs, { out: inputs['of'] ?? null }),
    }),
    typeOf('bad', {
      kind: 'compute',
      compute: (inputs) => {
        self.done.push(`bad ${show(inputs)}`)
        return Promise.reject(new Error('bad on purpose'))
      },
    }),
    // Fails for the values that its port `no` names.
    typeOf('picky', {
      kind: 'compute',
      compute: ({ of, no }) => {
        self.done.push(`picky ${JSON.stringify(of)}`)
        return of === no
          ? Promise.reject(new Error(`does not like ${String(of)}`))
          : Promise.resolve({ out: of ?? null })
      },
    }),
    typeOf('ask', { kind: 'compute', compute: () => note(self, 'ask', {}, { out: self.said }) }, true),
    // Computes until the test opens its gate.
    typeOf('slow', {
      kind: 'compute',
      compute: (inputs) =>
        new Promise((resolve) => self.gates.set(show(inputs), () => resolve({ out: show(inputs) }))),
    }),
    typeOf('nan', { kind: 'compute', compute: () => Promise.resolve({ out: Number.NaN }) }),
    typeOf('job', {
      kind: 'job',
      job: (inputs, { settings }) => ({
        settings,
        spec: { ...emptySpec, run: { ...script, script: show(inputs) } },
      }),
      collect: ({ record }) => {
        self.done.push(`collect ${record.name}`)
        return self.broken ? Promise.reject(new Error('broken collect')) : Promise.resolve({})
      },
    }),
    untilType,
    fileType,
    succeededType,
  ]
}

const script = { kind: 'script', script: '', shell: 'bash', arguments: [] } as const
const emptySpec = {
  run: script,
  staged: [],
  variables: {},
  environment: {},
  outputs: {},
  resources: {},
  load: [],
}

function note(self: World, what: string, inputs: Values, outputs: Values): Promise<Values> {
  self.done.push(`${what} ${show(inputs)}`)
  return Promise.resolve(outputs)
}

function show(inputs: Values): string {
  return Object.entries(inputs)
    .map(([port, value]) => `${port}=${JSON.stringify(value)}`)
    .join(' ')
}

function typeOf(type: string, act: Act, volatile = false): AnyModuleType {
  return {
    type,
    version: 1,
    kind: { type, version: 1, volatile, ports: () => ({ inputs: 'any', outputs: { out: 'json' } }) },
    act,
    checkInputs: (inputs) => Promise.resolve(inputs),
    checkOutputs: (outputs) => Promise.resolve(outputs),
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
      return record(key)
    },
    async put(entries) {
      await of.onPut(entries)
      await of.store.put(entries)
    },
    suspend(request) {
      const known = record(request.key)
      if (known) return Promise.resolve(known)
      of.done.push(`submit ${request.name}`)
      const job: JobRecord = {
        ...{ key: request.key, signature: request.signature, name: request.name, spec: request.spec },
        ...{ destination: 'local', retry: [], log: [], attempt: 1, tag: tag('j'), earlier: [] },
        state: { kind: 'queued', since: 0, nativeId: nativeId('1') },
      }
      of.jobs.set(job.key, job)
      return Promise.resolve(job)
    },
    again(key) {
      const job = record(key)
      if (!job || !isFinal(job.state))
        return Promise.reject(new AbeyanceError('invalid-state', 'it may still run'))
      of.done.push(`again ${job.name}`)
      const next: JobRecord = {
        ...job,
        attempt: job.attempt + 1,
        state: { kind: 'queued', since: 0, nativeId: nativeId('2') },
      }
      of.jobs.set(key, next)
      return Promise.resolve(next)
    },
    async wait(key, wait) {
      const kept = await of.store.get({ kind: 'wait', key })
      if (kept !== undefined) return JSON.parse(JSON.stringify(kept)) as typeof wait
      await of.store.put([{ kind: 'wait', key, value: { ...wait } }])
      return wait
    },
    isOver: (wait) => Promise.resolve(wait.kind === 'until' ? of.now >= wait.time : of.files.has(wait.path)),
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

const never = () => Promise.reject(new Error('nothing is asked for that here'))
const digestOf = (path: string) => `${path}`.padEnd(64, '0') as never

/** A pipeline out of modules; its outputs are every module's `out`. */
export function pipe(
  modules: readonly Module[],
  inputs: readonly string[] = [],
  outputs: readonly string[] = [],
): Pipeline {
  return {
    abeyance: 1,
    name: 'test',
    inputs: Object.fromEntries(inputs.map((name) => [name, { type: 'json' as const }])),
    modules,
    outputs: Object.fromEntries(outputs.map((id) => [id, { kind: 'output', module: id, port: 'out' }])),
  }
}

export function mod(
  id: string,
  type: string,
  inputs: Readonly<Record<string, Source | string | number | boolean>> = {},
  more: Partial<Module> = {},
): Module {
  const sources = Object.entries(inputs).map(([port, source]) => [
    port,
    typeof source === 'object' ? source : given(source),
  ])
  return { id, type, version: 1, parameters: {}, inputs: Object.fromEntries(sources), settings: {}, ...more }
}

export const given = (value: Value): Source => ({ kind: 'given', given: value as never })
export const from = (module: string, port = 'out'): Source => ({ kind: 'output', module, port })
export const input = (name: string): Source => ({ kind: 'input', input: name })
export const listed = (...sources: readonly Source[]): Source => ({ kind: 'list', sources })
export const overAll = (
  over: readonly string[],
  more: Partial<NonNullable<Module['map']>> = {},
): Partial<Module> => ({
  map: { over, as: 'zip', onElementFailure: 'fail', ...more },
})

export function outcomeOf(run: Execution, path: string): Outcome {
  const outcome = run.outcomes().get(modulePath(path))
  if (!outcome) throw new Error(`there is no module ${path}`)
  return outcome
}

/** `done computed`, `suspended`, `skipped condition`, `failed compute-failed`: enough for most assertions. */
export function brief(run: Execution, path: string): string {
  const outcome = outcomeOf(run, path)
  switch (outcome.kind) {
    case 'done':
      return `done ${outcome.by}`
    case 'skipped':
      return `skipped ${outcome.because} ${outcome.of}`
    case 'failed':
      return `failed ${outcome.error.code}`
    case 'waiting':
      return `waiting ${outcome.for.join(' ')}`.trim()
    default:
      return outcome.kind
  }
}

export function valueOf(run: Execution, path: string): Value | undefined {
  return run.graph.get(modulePath(path)).outputs?.['out']
}

/** What a plan says of each module. */
export function rows(steps: readonly Step[]): Readonly<Record<string, string>> {
  return Object.fromEntries(steps.map(({ module, step }) => [module, step]))
}
