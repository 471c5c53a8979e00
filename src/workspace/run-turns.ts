import { BehaviorSubject, Subject } from '../monitor/observables.ts'
import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import type { Execution } from '../engine/execution.ts'
import type { RunRecord } from '../records/run-record.ts'
import { oneAtATime, type OneAtATime } from './one-at-a-time.ts'
import type { DriverContext } from './run-context.ts'
import type { Outcomes, RunState } from './workspace.ts'

/** A run while it is driven. All of it but the record follows from what is on disk. */
export interface RunTurns {
  readonly context: DriverContext
  readonly state: BehaviorSubject<RunState>
  readonly faults: Subject<AbeyanceError>
  /** Rounds, and changes of the record between them. */
  readonly turns: OneAtATime
  record: RunRecord
  execution: Execution | undefined
  fault: AbeyanceError | undefined
  stopRound: AbortController
  retry: unknown
  /** A turn is on its way; news goes to it. */
  pending: boolean
  again: boolean
  /** Somebody asked for a round, whatever the run's `resume` says. */
  onward: boolean
}

// A full disk or a lost lock may pass: how long until the run tries again by itself, in milliseconds.
const retryAfter = 30_000

export function runTurns(record: RunRecord, context: DriverContext): RunTurns {
  return {
    context,
    state: new BehaviorSubject<RunState>(active({})),
    faults: new Subject<AbeyanceError>(),
    turns: oneAtATime(),
    record,
    execution: undefined,
    fault: undefined,
    stopRound: new AbortController(),
    retry: undefined,
    pending: false,
    again: false,
    onward: false,
  }
}

/** Has a turn taken; news that comes during one is seen to by it. */
export function goOn(run: RunTurns): void {
  const { context, turns } = run
  run.again = true
  context.clock.clearTimeout(run.retry)
  if (run.pending || context.signal.aborted) return
  run.pending = true
  void turns.take(() => turn(run))
}

/** Finds out how the run stands where that is not known, and tries again what failed for the workspace's sake. */
export function find(run: RunTurns): void {
  if (!run.turns.busy() && (run.fault !== undefined || run.state.value.kind === 'active')) goOn(run)
}

/** News of a job or wait. */
export function wake(run: RunTurns, key: JobKey): void {
  run.execution?.wake(key)
  if (run.record.resume !== 'auto' || run.record.state !== 'open') return
  if (run.pending || run.fault !== undefined || hangsOn(run.state.value, key)) goOn(run)
}

/** Changes the record while no round goes on, then goes on from what is on disk. */
export async function changeRun(
  run: RunTurns,
  act: (record: RunRecord) => Promise<RunRecord | undefined>,
): Promise<void> {
  const changed = await run.turns.take(async () => {
    const next = await act(run.record)
    if (!next) return false
    Object.assign(run, { record: next, execution: undefined, fault: undefined })
    run.state.next(active(run.state.value.outcomes))
    return true
  })
  if (!changed) return
  run.onward = true
  goOn(run)
}

export async function cancelRun(run: RunTurns, by: string): Promise<void> {
  const { context } = run
  run.stopRound.abort() // what computes need not be waited for
  await run.turns.take(async () => {
    run.stopRound = new AbortController()
    run.execution = undefined
    if (run.record.state === 'open') run.record = await context.cancel(run.record, by)
    if (run.record.state !== 'cancelled') return
    context.clock.clearTimeout(run.retry)
    run.fault = undefined
    await context.stopJobs(run.record)
    run.state.next(await context.recall(run.record))
  })
}

async function turn(run: RunTurns): Promise<void> {
  try {
    do {
      run.again = false
      await round(run)
    } while (run.again && run.record.state === 'open')
  } catch (error) {
    run.execution = undefined // what could not be written down is made anew from what is on disk
    if (!isStopped(run)) failed(run, error)
  } finally {
    run.pending = false
  }
}

async function round(run: RunTurns): Promise<void> {
  const { context, state } = run
  if (run.record.state !== 'open' || !(run.onward || run.record.resume === 'auto'))
    return state.next(await context.recall(run.record))
  run.execution ??= await context.execute(run.record, AbortSignal.any([context.signal, run.stopRound.signal]))
  await run.execution.round()
  if (isStopped(run)) return
  const now = await context.judge(run.execution)
  if (now.kind !== 'suspended') {
    run.record = await context.finish(run.record, now)
    run.execution = undefined // all of it follows from what is on disk, and nobody goes on with it
  }
  run.onward = false
  run.fault = undefined
  if (!run.again || now.kind !== 'suspended') state.next(now)
}

function failed(run: RunTurns, error: unknown): void {
  const { context, state } = run
  const fault = isAbeyanceError(error)
    ? error
    : new AbeyanceError('internal', messageOf(error), { cause: error })
  const what = { run: run.record.id, error: fault.message }
  context.logger.error(what, 'the run could not go on; it stays as it is on disk')
  run.fault = fault
  state.next(active(state.value.outcomes))
  run.faults.next(fault)
  if (fault.retryable) run.retry = context.clock.setTimeout(() => goOn(run), retryAfter)
}

function isStopped({ context, stopRound }: RunTurns): boolean {
  return context.signal.aborted || stopRound.signal.aborted
}

/** A run that rests is woken only by what it rests on. */
function hangsOn(state: RunState, key: JobKey): boolean {
  if (state.kind !== 'suspended') return state.kind === 'active'
  return state.on.some((on) => (on.kind === 'job' ? on.job : on.key) === key)
}

function active(outcomes: Outcomes): RunState {
  return { kind: 'active', outcomes }
}
