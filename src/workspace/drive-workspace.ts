import { Subject } from '../monitor/observables.ts'
import { AbeyanceError } from '../core/error.ts'
import { readChanges } from '../monitor/kept-job.ts'
import { keyedLock } from '../monitor/keyed-lock.ts'
import type { JobEvent } from '../monitor/job-monitor.ts'
import { readOutcomes, readRuns } from '../records/kept-run.ts'
import { isFinal } from '../records/job-state.ts'
import type { RunRecord } from '../records/run-record.ts'
import { answering } from './answering.ts'
import { asOutcomes } from './as-outcomes.ts'
import { changeActions } from './change-actions.ts'
import { closeAll } from './close-all.ts'
import { destinationFacts } from './destination-facts.ts'
import { diskUse } from './disk-use.ts'
import { driverContext } from './driver-context.ts'
import { explainRun } from './explain-run.ts'
import { collectGarbage } from './gc.ts'
import { serveInbox } from './inbox.ts'
import { hostBudgets } from './host-budgets.ts'
import type { Interior } from './interior.ts'
import { login, loginFor } from './login.ts'
import { neededBy } from './needed-by.ts'
import { openInterior } from './open-interior.ts'
import type { OpenOptions } from './open-options.ts'
import { planPipeline } from './plan-run.ts'
import { readStandings } from './read-standings.ts'
import { refuseUnknown } from './run-recipients.ts'
import { runRegistry, type RunRegistry } from './run-registry.ts'
import { serveRequest } from './serve-request.ts'
import { differenceOf, doesTheSame, newRun } from './start-run.ts'
import type { Workspace, WorkspaceEvent } from './workspace.ts'

/** Drives a workspace; with `onward: false` no run goes on by itself: for one change only, such as a cancel. */
export async function driveWorkspace(
  folder: string,
  options: OpenOptions,
  { onward = true }: { readonly onward?: boolean } = {},
): Promise<Workspace> {
  if (options.signal?.aborted) throw new AbeyanceError('aborted', `opening ${folder} was aborted`)
  const stop = new AbortController()
  const events = new Subject<WorkspaceEvent>()
  const tell = (event: WorkspaceEvent) => events.next(event)
  if (options.onEvent) events.subscribe(options.onEvent)
  let hearing: ((event: JobEvent) => void) | undefined // until there are runs, they see what happened on disk
  let waking: RunRegistry['wake'] | undefined
  const interior = await openInterior(folder, options, {
    signal: stop.signal,
    over: (key) => waking?.(key),
    heard(event) {
      tell(event)
      hearing?.(event)
    },
  })
  const { clock, logger } = interior
  const runs = runRegistry(interior, driverContext(interior, tell))
  waking = (key) => runs.wake(key)
  hearing = (event) =>
    hear(runs, event, (error) => logger.error({ error: String(error) }, 'a run could not be opened again'))
  const parting = [
    async () => stop.abort(),
    async () => options.signal?.removeEventListener('abort', closeAborted),
    () => runs.close(),
    async () => void (hearing = undefined),
    async () => events.complete(),
    () => interior.close(),
  ]
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll(parting))
  const closeAborted = () =>
    void close().catch((error: unknown) => logger.error({ error: String(error) }, 'closing'))
  const destinations = () =>
    destinationFacts(options, interior.state, (name) => interior.monitor.answeredAt(name))
  const budgets = () => hostBudgets(options, interior.state)
  const workspace = assemble(interior, { runs, events, destinations, budgets, close })
  try {
    const served = (request: Parameters<typeof serveRequest>[1]) => serveRequest(workspace, request)
    const inbox = await serveInbox(interior.state.root, served, { clock, logger })
    parting.splice(1, 0, () => inbox.close())
    if (onward) await runs.begin()
  } catch (error) {
    await close()
    throw error
  }
  options.signal?.addEventListener('abort', closeAborted, { once: true })
  return workspace
}

/** A job ended, or one that was given up for lost has spoken after all: its runs go on (rule J2). */
function hear(runs: RunRegistry, event: JobEvent, failed: (error: unknown) => void): void {
  if (event.kind !== 'changed') return
  if (event.change.from === 'lost') runs.reopen(event.job).catch(failed)
  if (isFinal(event.job.state)) runs.wake(event.job.key)
}

interface Moving {
  readonly runs: RunRegistry
  readonly events: Subject<WorkspaceEvent>
  readonly destinations: Workspace['destinations']
  readonly budgets: Workspace['budgets']
  close(): Promise<void>
}

function assemble(interior: Interior, { runs, events, destinations, budgets, close }: Moving): Workspace {
  const { store, monitor, files } = interior
  return {
    folder: interior.folder,
    files,
    events$: events.asObservable(),
    jobs$: monitor.jobs$,
    close,
    runs: () => readRuns(store),
    outcomes: async (run) => asOutcomes(await readOutcomes(store, run)),
    jobs: () => gather(monitor.all()),
    job: (key) => monitor.get(key),
    history: (key) => monitor.history(key),
    changes: () => readChanges(store),
    neededBy: (key) => neededBy(store, key),
    log$: (key, stream, from, how) => monitor.log$(key, stream, from, how),
    look: () => monitor.look(),
    run: (id) => runs.get(id),
    gc: (options = {}) => collectGarbage(interior, runs, options),
    explain: (run, module, options = {}) => explainRun(interior, run, { module, ...options }),
    login: (destination, ask) => login(interior, destination, ask),
    loginFor: (destination, socket) => loginFor(interior, destination, socket),
    standings: () => readStandings(store),
    destinations,
    budgets,
    disk: (how) => diskUse(interior, how),
    liftPause: (destination) => monitor.liftPause(destination),
    ...answering(interior),
    ...changeActions(interior, runs),
    ...starting(interior, runs),
  }
}

function starting(interior: Interior, runs: RunRegistry): Pick<Workspace, 'start' | 'plan' | 'find'> {
  const hold = keyedLock<string>()
  const planning = { ...interior, jobOf: interior.monitor.get }
  return {
    plan: (pipeline, options = {}) => planPipeline(planning, pipeline, options),
    async find(pipeline, options = {}) {
      return sameRun(interior, runs, await newRun(planning, pipeline, options))
    },
    async start(pipeline, options = {}) {
      const { key, notify = [] } = options
      refuseUnknown(interior, notify)
      if (key === undefined) return runs.add(await newRun(planning, pipeline, options))
      // Of two that start under one key at once, the second is given the run of the first.
      return hold([key], async () => {
        const record = await newRun(planning, pipeline, options)
        const known = await runs.withKey(key)
        if (!known) return runs.add(record)
        const difference = differenceOf(known.record, record)
        if (difference === undefined) {
          if (known.record.state === 'open') await known.notify(notify)
          return known
        }
        throw new AbeyanceError(
          'key-taken',
          `the key \`${key}\` is that of run ${known.id}, and ${difference} differs; choose another key, or start without one`,
        )
      })
    },
  }
}

/** The newest open run that does just what this one would. */
async function sameRun({ store }: Interior, runs: RunRegistry, asked: RunRecord) {
  const open = (await readRuns(store)).findLast((run) => run.state === 'open' && doesTheSame(run, asked))
  return open && runs.get(open.id)
}

/** Array.fromAsync, which Node has from 22 on. */
async function gather<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}
