import {
  defer,
  filter,
  firstValueFrom,
  from,
  fromEvent,
  merge,
  race,
  skipWhile,
  takeUntil,
  takeWhile,
  type Observable,
} from '../monitor/observables.ts'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import type { JobKey, RunId } from '../core/ids.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { DriverContext } from './run-context.ts'
import { cancelRun, changeRun, find, goOn, runTurns, wake, type RunTurns } from './run-turns.ts'
import type { Ended, Resting, Run, RunState } from './workspace.ts'

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

export function runDriver(first: RunRecord, context: DriverContext): RunDriver {
  const run = runTurns(first, context)
  return {
    get id(): RunId {
      return run.record.id
    },
    get record() {
      return run.record
    },
    state$: defer(() => shown(run)),
    begin: () => begin(run),
    wake: (key) => wake(run, key),
    change: (act) => changeRun(run, act),
    signatures() {
      const nodes = [...(run.execution?.graph.nodes.values() ?? [])]
      return nodes.flatMap(({ signature }) => (typeof signature === 'string' ? [signature] : []))
    },
    async resume() {
      await context.look()
      begin(run)
      return resting(run)
    },
    notify: (names) => changeRun(run, (record) => context.notify(record, names)),
    cancel: (by = 'user') => cancelRun(run, by),
    resting: (options = {}) => resting(run, options),
    ended: (options = {}) => ended(run, options),
    async close() {
      context.clock.clearTimeout(run.retry)
      await run.turns.busy()
      run.state.complete()
      run.faults.complete()
    },
  }
}

interface Waiting {
  readonly signal?: AbortSignal
}

function begin(run: RunTurns): void {
  run.onward = true
  goOn(run)
}

/** The present state first; of an ended run that nobody asked for yet, once it is read back. */
function shown(run: RunTurns): Observable<RunState> {
  find(run)
  return run.state.pipe(
    skipWhile(({ kind }) => run.record.state !== 'open' && kind === 'active'),
    takeWhile((one) => !isEnded(one), true),
  )
}

async function resting(run: RunTurns, { signal }: Waiting = {}): Promise<Resting> {
  const stop = waitingUntil(run, signal)
  find(run)
  for (let busy = run.turns.busy(); busy && !stop.aborted; busy = run.turns.busy())
    await firstValueFrom(race(from(busy), fromEvent(stop, 'abort')))
  if (run.fault && !stop.aborted) throw run.fault
  const { value } = run.state
  if (stop.aborted || value.kind === 'active') throw stopped(run)
  return value
}

async function ended(run: RunTurns, { signal }: Waiting): Promise<Ended> {
  const stop = waitingUntil(run, signal)
  if (stop.aborted) throw stopped(run)
  const end$ = merge(run.state.pipe(filter(isEnded)), run.faults)
  const end = firstValueFrom(end$.pipe(takeUntil(fromEvent(stop, 'abort'))), { defaultValue: undefined })
  find(run)
  const now = await end
  if (now === undefined) throw stopped(run)
  if (isAbeyanceError(now)) throw now
  return now
}

function waitingUntil({ context }: RunTurns, signal: AbortSignal | undefined): AbortSignal {
  return signal ? AbortSignal.any([context.signal, signal]) : context.signal
}

function isEnded(state: RunState): state is Ended {
  return state.kind === 'done' || state.kind === 'failed' || state.kind === 'cancelled'
}

function stopped({ record }: RunTurns): AbeyanceError {
  return new AbeyanceError('aborted', `the waiting for run ${record.id} was stopped; the run goes on`)
}
