import { BehaviorSubject, defer, filter, firstValueFrom, from, fromEvent, merge, race, Subject } from 'rxjs'
import { skipWhile, takeUntil, takeWhile } from 'rxjs'
import type { Clock } from '../core/clock.ts'
import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import type { JobKey, RunId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { Execution } from '../engine/execution.ts'
import type { RunRecord } from '../records/run-record.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Ended, Outcomes, Resting, Run, RunState } from './workspace.ts'

/** What a driver needs of the workspace around it. */
export interface DriverContext {
  readonly logger: Logger
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Makes the run's execution from what is on disk; aborting the signal stops what it computes. */
  execute(run: RunRecord, signal: AbortSignal): Promise<Execution>
  judge(execution: Execution): Promise<Resting>
  /** Writes down how the run ended, with the notices that this causes, in one group. */
  finish(run: RunRecord, ended: Ended): Promise<RunRecord>
  /** Writes down that the run is cancelled. */
  cancel(run: RunRecord, by: string): Promise<RunRecord>
  /** Ends the jobs of a cancelled run that no other run needs; safe to repeat. */
  stopJobs(run: RunRecord): Promise<void>
  /** How a run stands, from the records alone. */
  recall(run: RunRecord): Promise<Resting>
  look(): Promise<void>
}

/** Goes on with one run whenever there is news for it. */
export interface RunDriver extends Run {
  /** Goes on: always with the first round of a new run, later where the run is at `auto`. */
  begin(): void
  /** News of a job or wait; a run at `ask` or `off` keeps it for the next `resume`. */
  wake(key: JobKey): void
  /** Changes the record while no round goes on, then goes on from what is on disk; undefined leaves it as it is. */
  change(act: (record: RunRecord) => Promise<RunRecord | undefined>): Promise<void>
  /** The signatures that its modules have at this moment: what is filed under them may be taken at any time. */
  signatures(): readonly string[]
  close(): Promise<void>
}

// A full disk or a lost lock may pass: how long until the run tries again by itself, in milliseconds.
const retryAfter = 30_000

export function runDriver(first: RunRecord, context: DriverContext): RunDriver {
  const { clock } = context
  const state = new BehaviorSubject<RunState>(active(new Map()))
  const faults = new Subject<AbeyanceError>()
  const turns = oneAtATime()
  let record = first
  let execution: Execution | undefined
  let fault: AbeyanceError | undefined
  let stopRound = new AbortController()
  let retry: unknown
  // A turn is on its way; news goes to it. `onward`: somebody asked for a round, whatever the run's `resume` says.
  let pending = false
  let again = false
  let onward = false

  const once = async (): Promise<void> => {
    if (record.state !== 'open' || !(onward || record.resume === 'auto'))
      return state.next(await context.recall(record))
    execution ??= await context.execute(record, AbortSignal.any([context.signal, stopRound.signal]))
    await execution.round()
    if (context.signal.aborted || stopRound.signal.aborted) return
    const now = await context.judge(execution)
    if (now.kind !== 'suspended') {
      record = await context.finish(record, now)
      execution = undefined // all of it follows from what is on disk, and nobody goes on with it
    }
    onward = false
    fault = undefined
    if (!again || now.kind !== 'suspended') state.next(now)
  }
  const turn = async (): Promise<void> => {
    try {
      do {
        again = false
        await once()
      } while (again && record.state === 'open')
    } catch (error) {
      execution = undefined // what could not be written down is made anew from what is on disk
      if (!context.signal.aborted && !stopRound.signal.aborted) failed(error)
    } finally {
      pending = false
    }
  }
  const failed = (error: unknown): void => {
    fault = isAbeyanceError(error)
      ? error
      : new AbeyanceError('internal', messageOf(error), { cause: error })
    const what = { run: record.id, error: fault.message }
    context.logger.error(what, 'the run could not go on; it stays as it is on disk')
    state.next(active(state.value.outcomes))
    faults.next(fault)
    if (fault.retryable) retry = clock.setTimeout(go, retryAfter)
  }
  /** News that comes during a turn is seen to by it. */
  const go = (): void => {
    again = true
    clock.clearTimeout(retry)
    if (pending || context.signal.aborted) return
    pending = true
    void turns.take(turn)
  }
  /** Finds out how the run stands where that is not known, and tries again what failed for the workspace's sake. */
  const know = (): void => {
    if (!turns.busy() && (fault !== undefined || state.value.kind === 'active')) go()
  }
  const waitingUntil = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([context.signal, signal]) : context.signal

  const resting = async ({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Resting> => {
    const stop = waitingUntil(signal)
    know()
    for (let busy = turns.busy(); busy && !stop.aborted; busy = turns.busy())
      await firstValueFrom(race(from(busy), fromEvent(stop, 'abort')))
    if (fault && !stop.aborted) throw fault
    if (stop.aborted || state.value.kind === 'active') throw stopped(record.id)
    return state.value
  }
  const ended = async ({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Ended> => {
    const stop = waitingUntil(signal)
    if (stop.aborted) throw stopped(record.id)
    const end$ = merge(state.pipe(filter(isEnded)), faults).pipe(takeUntil(fromEvent(stop, 'abort')))
    const end = firstValueFrom(end$, { defaultValue: undefined })
    know()
    const now = await end
    if (now === undefined) throw stopped(record.id)
    if (isAbeyanceError(now)) throw now
    return now
  }
  return {
    get id(): RunId {
      return record.id
    },
    get record() {
      return record
    },
    state$: defer(() => {
      know()
      const isUnknown = (one: RunState) => record.state !== 'open' && one.kind === 'active'
      return state.pipe(
        skipWhile(isUnknown),
        takeWhile((one) => !isEnded(one), true),
      )
    }),
    begin() {
      onward = true
      go()
    },
    wake(key) {
      execution?.wake(key)
      if (record.resume !== 'auto' || record.state !== 'open') return
      if (pending || fault !== undefined || hangsOn(state.value, key)) go()
    },
    async change(act) {
      const changed = await turns.take(async () => {
        const next = await act(record)
        if (!next) return false
        record = next
        execution = undefined
        fault = undefined
        state.next(active(state.value.outcomes))
        return true
      })
      if (!changed) return
      onward = true
      go()
    },
    signatures() {
      const nodes = [...(execution?.graph.nodes.values() ?? [])]
      return nodes.flatMap(({ signature }) => (typeof signature === 'string' ? [signature] : []))
    },
    async resume() {
      await context.look()
      onward = true
      go()
      return resting()
    },
    async cancel(by = 'user') {
      stopRound.abort() // what computes need not be waited for
      await turns.take(async () => {
        stopRound = new AbortController()
        execution = undefined
        if (record.state === 'open') record = await context.cancel(record, by)
        if (record.state !== 'cancelled') return
        clock.clearTimeout(retry)
        fault = undefined
        await context.stopJobs(record)
        state.next(await context.recall(record))
      })
    },
    resting,
    ended,
    async close() {
      clock.clearTimeout(retry)
      await turns.busy()
      state.complete()
      faults.complete()
    },
  }
}

function active(outcomes: Outcomes): RunState {
  return { kind: 'active', outcomes }
}

function isEnded(state: RunState): state is Ended {
  return state.kind === 'done' || state.kind === 'failed' || state.kind === 'cancelled'
}

/** A run that rests is woken only by what it rests on. */
function hangsOn(state: RunState, key: JobKey): boolean {
  if (state.kind !== 'suspended') return state.kind === 'active'
  return state.on.some((on) => (on.kind === 'job' ? on.job : on.key) === key)
}

function stopped(id: RunId): AbeyanceError {
  return new AbeyanceError('aborted', `the waiting for run ${id} was stopped; the run goes on`)
}
