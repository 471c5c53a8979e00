import { BehaviorSubject, filter, firstValueFrom, Subject } from 'rxjs'
import type { Clock } from '../core/clock.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import type { JobKey, RunId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Execution } from '../engine/execution.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Ended, Outcomes, Resting, Run, RunState } from './workspace.ts'

/** What a driver needs of the workspace around it. */
export interface DriverContext {
  readonly logger: Logger
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Makes the run's execution from what is on disk. */
  execute(run: RunRecord): Promise<Execution>
  judge(execution: Execution): Promise<Resting>
  /** Writes down how the run ended, with the notices that this causes, in one group. */
  finish(run: RunRecord, ended: Ended): Promise<RunRecord>
  /** Writes down that the run is cancelled, then sees to its jobs. */
  cancel(run: RunRecord, by: string): Promise<RunRecord>
  /** How an ended run stands, from the records. */
  recall(run: RunRecord): Promise<Ended>
  look(): Promise<void>
}

/** Goes on with one run whenever there is news for it. */
export interface RunDriver extends Run {
  /** News of a job or wait; a run at `ask` or `off` keeps it for the next `resume`. */
  wake(key: JobKey): void
  /** Starts anew from what is on disk, as after a retry. */
  reload(record: RunRecord): Promise<void>
  readonly execution: Execution | undefined
  close(): Promise<void>
}

// A full disk or a lost lock may pass: how long until the run tries again by itself, in milliseconds.
const retryAfter = 30_000

export function runDriver(first: RunRecord, context: DriverContext): RunDriver {
  let record = first
  let execution: Execution | undefined
  let turning: Promise<void> | undefined
  let again = false
  const state = new BehaviorSubject<RunState>({ kind: 'active', outcomes: new Map() })
  let fault: AbeyanceError | undefined
  let retry: unknown
  const faults = new Subject<AbeyanceError>()

  const turn = async (): Promise<void> => {
    try {
      do {
        again = false
        if (record.state !== 'open') return state.next(await context.recall(record))
        execution ??= await context.execute(record)
        await execution.round()
        const now = await context.judge(execution)
        if (now.kind !== 'suspended') record = await context.finish(record, now)
        fault = undefined
        if (!again || now.kind !== 'suspended') state.next(now)
      } while (again && record.state === 'open')
    } catch (error) {
      execution = undefined // what could not be written down is made anew from what is on disk
      if (context.signal.aborted) return
      fault =
        error instanceof AbeyanceError
          ? error
          : new AbeyanceError('internal', messageOf(error), { cause: error })
      context.logger.error(
        { run: record.id, error: messageOf(error) },
        'the run could not go on; it stays as it is on disk',
      )
      state.next(active(state.value.outcomes))
      faults.next(fault)
      if (fault.retryable) retry = context.clock.setTimeout(() => void go(), retryAfter)
    }
  }
  /** One turn at a time: news that comes during one is seen to by it. */
  const go = (): Promise<void> => {
    again = true
    context.clock.clearTimeout(retry)
    turning ??= turn().finally(() => (turning = undefined))
    return turning
  }
  const rest = async (signal?: AbortSignal): Promise<Resting> => {
    while (turning) await Promise.race([turning, whenAborted(signal)])
    signal?.throwIfAborted()
    if (fault) throw fault
    const { value } = state
    if (value.kind !== 'active') return value
    await go()
    return rest(signal)
  }
  return {
    get id(): RunId {
      return record.id
    },
    get record() {
      return record
    },
    get execution() {
      return execution
    },
    state$: state.asObservable(),
    wake(key) {
      execution?.wake(key)
      if (record.resume === 'auto' && record.state === 'open') void go()
    },
    async reload(next) {
      await turning
      record = next
      execution = undefined
      state.next(active(state.value.outcomes))
      void go()
    },
    async resume() {
      await context.look()
      void go()
      return rest()
    },
    async cancel(by = 'user') {
      await turning
      if (record.state !== 'open') return
      record = await context.cancel(record, by)
      execution = undefined
      state.next(await context.recall(record))
    },
    resting: (options = {}) => rest(options.signal),
    async ended(options = {}) {
      void go()
      const stop = AbortSignal.any([context.signal, ...(options.signal ? [options.signal] : [])])
      const end = firstValueFrom(state.pipe(filter(isEnded)), { defaultValue: undefined })
      const now = await Promise.race([
        end,
        firstValueFrom(faults, { defaultValue: undefined }),
        whenAborted(stop),
      ])
      if (now instanceof AbeyanceError) throw now
      if (now) return now
      throw new AbeyanceError('aborted', `the waiting for run ${record.id} was stopped; the run goes on`)
    },
    async close() {
      context.clock.clearTimeout(retry)
      await turning
      state.complete()
      faults.complete()
    },
  }
}

function active(outcomes: Outcomes): RunState {
  return { kind: 'active', outcomes }
}

export function isEnded(state: RunState): state is Ended {
  return state.kind === 'done' || state.kind === 'failed' || state.kind === 'cancelled'
}

function whenAborted(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(undefined)
    signal?.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
