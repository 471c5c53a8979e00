import { AbeyanceError, messageOf } from '../core/error.ts'
import type { JobKey, RunId } from '../core/ids.ts'
import { outcomeEntry, readOutcomes, readRun, readRuns, runEntry } from '../records/kept-run.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Interior } from './interior.ts'
import { runDriver, type DriverContext, type RunDriver } from './run-driver.ts'

/** The runs of a workspace: a driver for each that is open, and for each ended one that somebody asks for. */
export interface RunRegistry {
  /** Drives every open run; those at `auto` go on at once. */
  begin(): Promise<void>
  /** Writes the record of a new run down and drives it. */
  add(record: RunRecord): Promise<RunDriver>
  get(id: RunId): Promise<RunDriver | undefined>
  withKey(key: string): Promise<RunDriver | undefined>
  open(): readonly RunDriver[]
  /** News of a job or wait, for every run. */
  wake(key: JobKey): void
  /** A job gets another chance: runs that failed by it are open again (rule R5). */
  reopen(key: JobKey): Promise<void>
  /** Clears what a module failed by, and goes on. */
  retry(id: RunId, clears: (module: string) => boolean): Promise<void>
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
  const begin = (driver: RunDriver) => {
    driver
      .resting({ signal: interior.signal })
      .catch((error: unknown) => logger.debug({ run: driver.id, error: messageOf(error) }, 'the run rests'))
    return driver
  }
  const get = async (id: RunId): Promise<RunDriver | undefined> => {
    const known = drivers.get(id)
    if (known) return known
    const record = await readRun(store, id)
    return record && drive(record)
  }
  const retry = async (id: RunId, clears: (module: string) => boolean): Promise<void> => {
    const driver = await get(id)
    if (!driver) throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
    const outcomes = await readOutcomes(store, id)
    const cleared = [...outcomes].filter(([module, { kind }]) => kind === 'failed' && clears(module))
    const { endedAt: _, ...open } = driver.record
    const record: RunRecord = { ...open, state: 'open' }
    await store.put([runEntry(record), ...cleared.map(([module]) => outcomeEntry(id, module, undefined))])
    await driver.reload(record)
  }
  return {
    get,
    retry,
    open: () => [...drivers.values()].filter(({ record }) => record.state === 'open'),
    async begin() {
      for (const record of await readRuns(store)) {
        if (record.state !== 'open') continue
        const driver = drive(record)
        if (record.resume === 'auto') begin(driver)
      }
    },
    async add(record) {
      await store.put([runEntry(record)])
      return begin(drive(record))
    },
    async withKey(key) {
      const record = (await readRuns(store)).findLast((run) => run.key === key)
      return record && get(record.id)
    },
    wake(key) {
      for (const driver of drivers.values()) driver.wake(key)
    },
    async reopen(key) {
      for (const record of await readRuns(store)) {
        if (record.state !== 'failed' && record.state !== 'open') continue
        const outcomes = await readOutcomes(store, record.id)
        const failed = new Set<string>()
        for (const [module, outcome] of outcomes)
          if (outcome.kind === 'failed' && outcome.job === key) failed.add(module)
        if (failed.size > 0) await retry(record.id, (module) => failed.has(module))
      }
    },
    async close() {
      await Promise.all([...drivers.values()].map((driver) => driver.close()))
    },
  }
}
