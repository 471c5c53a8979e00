import { Subject } from 'rxjs'
import { AbeyanceError } from '../core/error.ts'
import type { JobKey, RunId } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { plan } from '../engine/plan.ts'
import { readOutcomes, readRuns } from '../records/kept-run.ts'
import { isFinal } from '../records/job-state.ts'
import { driverContext } from './driver-context.ts'
import { explainRun } from './explain-run.ts'
import { collectGarbage } from './gc.ts'
import { serveInbox } from './inbox.ts'
import type { InboxRequest } from './inbox-request.ts'
import type { Interior } from './interior.ts'
import { neededBy } from './needed-by.ts'
import { openInterior } from './open-interior.ts'
import type { OpenOptions } from './open-options.ts'
import { planRun } from './plan-run.ts'
import { runRegistry, type RunRegistry } from './run-registry.ts'
import { differenceOf, identityOf, newRun } from './start-run.ts'
import type { Workspace, WorkspaceEvent } from './workspace.ts'

/**
 * Opens a folder to drive it: one process at a time, else `workspace-held`. From here every job is watched again, from records
 * alone, and every open run whose `resume` is `auto` goes on. The folder is made where it is not there.
 */
export async function openWorkspace(folder: string, options: OpenOptions = {}): Promise<Workspace> {
  const stop = new AbortController()
  const interior = await openInterior(folder, options, { signal: stop.signal, over: (key) => runs.wake(key) })
  const events = new Subject<WorkspaceEvent>()
  const runs = runRegistry(
    interior,
    driverContext(interior, (event) => events.next(event)),
  )
  const { monitor, clock, logger } = interior
  const following = monitor.events$.subscribe((event) => {
    events.next(event)
    if (event.kind === 'changed' && isFinal(event.job.state)) runs.wake(event.job.key)
  })
  const workspace = assemble(interior, { runs, events, close })
  const inbox = await serveInbox(interior.state.root, (request) => answer(workspace, request), {
    clock,
    logger,
  })
  await runs.begin()
  options.signal?.addEventListener('abort', () => void close(), { once: true })

  let closing: Promise<void> | undefined
  function close(): Promise<void> {
    closing ??= (async () => {
      stop.abort()
      await inbox.close()
      await runs.close()
      following.unsubscribe()
      events.complete()
      await interior.close()
    })()
    return closing
  }
  return workspace
}

interface Moving {
  readonly runs: RunRegistry
  readonly events: Subject<WorkspaceEvent>
  close(): Promise<void>
}

function assemble(interior: Interior, { runs, events, close }: Moving): Workspace {
  const { store, monitor, files } = interior
  return {
    folder: interior.folder,
    files,
    events$: events.asObservable(),
    jobs$: monitor.jobs$,
    close,
    runs: () => readRuns(store),
    outcomes: (run) => readOutcomes(store, run),
    jobs: () => gather(monitor.all()),
    job: (key) => monitor.get(key),
    history: (key) => monitor.history(key),
    neededBy: (key) => neededBy(store, key),
    log$: (key, stream, from = { last: 64 * 1024 }) => monitor.log$(key, stream, from),
    look: () => monitor.look(),
    run: (id) => runs.get(id),
    gc: (options = {}) => collectGarbage(interior, options),
    explain: (run, module, options = {}) => explainRun(interior, run, { module, ...options }),
    ...actions(interior, runs),
    async plan(pipeline, options = {}) {
      const record = await newRun(interior, pipeline, options)
      const open = (await sameRun(interior, runs, identityOf(record)))?.record
      return planRun(interior, open ?? record, plan)
    },
    async find(pipeline, options = {}) {
      return sameRun(interior, runs, identityOf(await newRun(interior, pipeline, options)))
    },
    async start(pipeline, options = {}) {
      const record = await newRun(interior, pipeline, options)
      const known = options.key === undefined ? undefined : await runs.withKey(options.key)
      if (!known) return runs.add(record)
      const difference = differenceOf(known.record, record)
      if (difference === undefined) return known
      throw new AbeyanceError(
        'key-taken',
        `the key \`${String(options.key)}\` is that of run ${known.id}, and ${difference} differs; choose another key, or start without one`,
      )
    },
  }
}

/** The newest open run that does just what this one would. */
async function sameRun({ store }: Interior, runs: RunRegistry, identity: string) {
  const open = (await readRuns(store)).findLast((run) => run.state === 'open' && identityOf(run) === identity)
  return open && runs.get(open.id)
}

function actions(
  { store, monitor }: Interior,
  runs: RunRegistry,
): Pick<Workspace, 'cancelJob' | 'retryJob' | 'discardJob' | 'cancelRun' | 'retryModule'> {
  return {
    async cancelJob(key, { evenIfNeeded, by = 'user' } = {}) {
      const needing = evenIfNeeded ? [] : await neededBy(store, key)
      return needing.length > 0 ? { kind: 'needed', by: needing } : monitor.cancel(key, { by })
    },
    async retryJob(key, { abandon = false, by = 'user' } = {}) {
      const job = await known(monitor, key)
      const collectAgain = job.state.kind === 'succeeded'
      const answered = collectAgain
        ? ({ kind: 'requested', job } as const)
        : await monitor.retry(key, { by, abandon })
      if (answered.kind === 'requested') await runs.reopen(key)
      return answered
    },
    discardJob: (key) => monitor.discard(key),
    async cancelRun(id, { by = 'user' } = {}) {
      await (await existing(runs, id)).cancel(by)
    },
    async retryModule(id, module) {
      await existing(runs, id)
      await runs.retry(
        id,
        (path) => path === module || path.startsWith(`${module}[`) || path.startsWith(`${module}/`),
      )
    },
  }
}

async function known(monitor: Interior['monitor'], key: JobKey) {
  const job = await monitor.get(key)
  if (job) return job
  throw new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs --all\` lists them`)
}

async function existing(runs: RunRegistry, id: RunId) {
  const run = await runs.get(id)
  if (run) return run
  throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
}

/** What another process asked through the inbox. */
async function answer(workspace: Workspace, request: InboxRequest): Promise<Json> {
  switch (request.kind) {
    case 'cancel-job': {
      const { job, evenIfNeeded, by } = request
      return plain(
        await workspace.cancelJob(job, {
          ...(evenIfNeeded && { evenIfNeeded }),
          ...(by !== undefined && { by }),
        }),
      )
    }
    case 'retry-job': {
      const { job, abandon, by } = request
      return plain(
        await workspace.retryJob(job, {
          ...(abandon !== undefined && { abandon }),
          ...(by !== undefined && { by }),
        }),
      )
    }
    case 'discard-job':
      await workspace.discardJob(request.job)
      return null
    case 'cancel-run':
      await workspace.cancelRun(request.run, request.by === undefined ? {} : { by: request.by })
      return null
    case 'retry-module':
      await workspace.retryModule(request.run, request.module)
      return null
  }
}

function plain(value: object): Json {
  if (isJsonObject(value)) return value
  throw new AbeyanceError('internal', 'a list was given where an answer is sent; please report this')
}

/** Array.fromAsync, which Node has from 22 on. */
async function gather<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}
