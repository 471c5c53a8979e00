import { AbeyanceError, messageOf } from '../core/error.ts'
import type { JobKey, ModulePath, RunId } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import { outcomeEntry, readOutcomes, readRun, readRuns, runEntry } from '../records/kept-run.ts'
import type { Outcome } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import { didNotFail, failedAt, isOver } from './failed-at.ts'
import type { Interior } from './interior.ts'
import type { DriverContext } from './run-context.ts'
import { runDriver, type RunDriver } from './run-driver.ts'

type Outcomes = ReadonlyMap<ModulePath, Outcome>

/** The runs of a workspace: a driver for each that is open, and for each ended one that somebody asks for. */
export interface RunRegistry {
  /** Drives every open run; those at `auto` go on at once. */
  begin(): Promise<void>
  /** Writes the record of a new run down and drives it. */
  add(record: RunRecord): Promise<RunDriver>
  get(id: RunId): Promise<RunDriver | undefined>
  withKey(key: string): Promise<RunDriver | undefined>
  /** News of a job or wait, for every run. */
  wake(key: JobKey): void
  /** A job has another chance: runs that failed by it are open again, and hang on its present attempt (rule R5). */
  reopen(job: JobRecord): Promise<void>
  /** Clears what a module of a run failed by, and goes on. With `again` a module that failed no more is none to complain of. */
  retry(id: RunId, module: ModulePath, options?: { readonly again?: boolean }): Promise<void>
  /** Signatures of the modules of all runs that are being driven. */
  signatures(): ReadonlySet<string>
  /** The run's record is gone. */
  forget(id: RunId): void
  close(): Promise<void>
}

export function runRegistry(interior: Interior, context: DriverContext): RunRegistry {
  const { store, logger } = interior
  const drivers = new Map<RunId, RunDriver>()
  const drive = (record: RunRecord): RunDriver => {
    const driver = drivers.get(record.id) ?? runDriver(record, context)
    drivers.set(record.id, driver)
    return driver
  }
  const get = async (id: RunId): Promise<RunDriver | undefined> => {
    const known = drivers.get(id)
    if (known) return known
    const record = await readRun(store, id)
    return record && drive(record)
  }
  const reopen = async (job: JobRecord): Promise<void> => {
    for (const { id, state } of await readRuns(store)) {
      if (state !== 'failed' && state !== 'open') continue
      if (changedByJob(await readOutcomes(store, id), job).length === 0) continue
      const driver = await get(id)
      await driver?.change((run) => openAgain(interior, run, (outcomes) => changedByJob(outcomes, job)))
    }
  }
  return {
    get,
    async begin() {
      for (const job of await foundAgain(interior)) await reopen(job)
      for (const record of await readRuns(store)) {
        if (record.state === 'cancelled') await stopJobs(context, record, logger)
        if (record.state !== 'open') continue
        const driver = drive(record)
        if (record.resume === 'auto') driver.begin()
      }
    },
    async add(record) {
      await store.put([runEntry(record)])
      const driver = drive(record)
      driver.begin()
      return driver
    },
    async withKey(key) {
      const record = (await readRuns(store)).findLast((run) => run.key === key)
      return record && get(record.id)
    },
    wake(key) {
      for (const driver of drivers.values()) driver.wake(key)
    },
    reopen,
    async retry(id, module, { again = false } = {}) {
      const driver = await get(id)
      if (!driver)
        throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
      await driver.change((run) => retryModule(interior, run, { module, again }))
    },
    signatures: () => new Set([...drivers.values()].flatMap((driver) => driver.signatures())),
    forget: (id) => void drivers.delete(id),
    async close() {
      await Promise.all([...drivers.values()].map((driver) => driver.close()))
    },
  }
}

async function retryModule(
  interior: Interior,
  run: RunRecord,
  { module, again }: { readonly module: ModulePath; readonly again: boolean },
): Promise<RunRecord | undefined> {
  const cleared = (outcomes: Outcomes): Changed =>
    failedAt(outcomes, module).map((path) => [path, undefined] as const)
  const next = isOver(run) ? undefined : await openAgain(interior, run, cleared)
  if (next || again) return next
  throw didNotFail(run, module)
}

/** Killed after a run was cancelled and before its jobs were: they are cancelled now. */
async function stopJobs(context: DriverContext, run: RunRecord, logger: Interior['logger']): Promise<void> {
  try {
    await context.stopJobs(run)
  } catch (error) {
    logger.error({ run: run.id, error: messageOf(error) }, 'the jobs of a cancelled run could not be stopped')
  }
}

/** Killed after a job that was given up for lost spoke, and before its runs were opened again: that is done now (rule J2). */
async function foundAgain({ store, monitor }: Interior): Promise<readonly JobRecord[]> {
  const found = new Map<JobKey, JobRecord>()
  for (const { id, state } of await readRuns(store)) {
    if (state !== 'failed' && state !== 'open') continue
    for (const outcome of (await readOutcomes(store, id)).values()) {
      if (outcome.kind !== 'failed' || outcome.error.code !== 'job-lost' || !outcome.job) continue
      const job = await monitor.get(outcome.job)
      if (job && job.attempt === outcome.attempt && job.state.kind !== 'lost') found.set(job.key, job)
    }
  }
  return [...found.values()]
}

type Changed = readonly (readonly [module: ModulePath, outcome: Outcome | undefined])[]

/** Writes a run down as open with changed outcomes, in one group; undefined where nothing changes. */
async function openAgain(
  { store }: Interior,
  run: RunRecord,
  change: (outcomes: Outcomes) => Changed,
): Promise<RunRecord | undefined> {
  const changed = change(await readOutcomes(store, run.id))
  if (changed.length === 0) return undefined
  const { endedAt: _endedAt, ...rest } = run
  const record: RunRecord = { ...rest, state: 'open' }
  await store.put([
    runEntry(record),
    ...changed.map(([module, outcome]) => outcomeEntry(run.id, module, outcome)),
    // A wait is kept under its module: what was waited for in vain is asked for anew.
    ...changed.map(([module]) => ({ kind: 'wait', key: `${run.id}/${module}`, value: undefined }) as const),
  ])
  return record
}

/** The modules that failed by a job hang on its present attempt, so that whatever comes of that is their own. */
function changedByJob(outcomes: Outcomes, job: JobRecord): Changed {
  const { key, attempt } = job
  return [...outcomes].flatMap(([module, outcome]) =>
    outcome.kind === 'failed' && outcome.job === key && hasNews(job, outcome)
      ? [[module, { kind: 'suspended', on: { kind: 'job', module, job: key, attempt } }] as const]
      : [],
  )
}

/** A module that failed by just this end of its job has heard all there is: opened again, its run would only fail once more. */
function hasNews({ state, attempt }: JobRecord, heard: Extract<Outcome, { kind: 'failed' }>): boolean {
  if (!isFinal(state) || state.kind === 'succeeded' || attempt !== heard.attempt) return true
  return heard.error.code === 'job-lost' && state.kind !== 'lost'
}
