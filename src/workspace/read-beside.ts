import { resolve } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import type { JobKey, ModulePath, RunId } from '../core/ids.ts'
import type { Json } from '../core/json.ts'
import { silent } from '../core/logger.ts'
import type { RetryAnswer } from '../monitor/job-monitor.ts'
import { readableJobs, readChanges, readHistory, readJob } from '../monitor/kept-job.ts'
import { withReach } from '../monitor/reach.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import { readOutcomes, readRuns } from '../records/kept-run.ts'
import { readLowdbStore, type RecordReader } from '../records/read-lowdb.ts'
import { openObjects } from '../staging/objects.ts'
import { asOutcomes } from './as-outcomes.ts'
import { ask } from './ask.ts'
import { assertWorkspace } from './assert-workspace.ts'
import { destinationFacts } from './destination-facts.ts'
import { diskBeside } from './disk-use.ts'
import { driveWorkspace } from './drive-workspace.ts'
import { assertFailed } from './failed-at.ts'
import { explainRun } from './explain-run.ts'
import { hostBudgets } from './host-budgets.ts'
import { openFarFiles, wayAmong } from './far-files.ts'
import { openFiles } from './files.ts'
import { catalogOf } from './known-types.ts'
import { cancelled, received, retried, stopped } from './heard-answer.ts'
import { heldWaits, tokenOf, waitOfToken } from './held-waits.ts'
import { loginBeside } from './login-beside.ts'
import type { InboxRequest } from './inbox-request.ts'
import { neededBy } from './needed-by.ts'
import { routesOf } from './open-destinations.ts'
import type { OpenOptions } from './open-options.ts'
import { measured } from './payload.ts'
import { planBeside } from './plan-beside.ts'
import { readStandings } from './read-standings.ts'
import type { Routes } from './routes.ts'
import { standIn } from './stand-in.ts'
import { stateFolder } from './state-folder.ts'
import { tailBeside } from './tail-beside.ts'
import { untilConfirmed } from './until-confirmed.ts'
import { watchBeside } from './watch-beside.ts'
import type { Workspace, WorkspaceView } from './workspace.ts'

/** Reads a workspace without a lock; see `readWorkspace`. */
export async function readBeside(folder: string, options: OpenOptions): Promise<WorkspaceView> {
  const root = resolve(folder)
  const state = stateFolder(root)
  await assertWorkspace(root)
  const reader = await readLowdbStore(state.records)
  const objects = await openObjects(state.objects)
  const routes = routesOf(options, state)
  const tails = tailBeside({
    state,
    reader,
    objects,
    destinations: options.destinations ?? {},
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silent,
    logs: options.logs ?? {},
    books: options.hosts,
  })
  const wayTo = async (name: string) => wayAmong(await tails.destinations(), name)
  const far = openFarFiles({ objects, folder: state.logs, wayTo })
  const watching = watchBeside(reader, options.clock ?? systemClock)
  return {
    folder: root,
    events$: watching.events$,
    jobs$: watching.jobs$,
    destinations: () => destinationFacts(options, state),
    budgets: () => hostBudgets(options, state),
    files: openFiles(objects, state.kept, far),
    log$: (key, stream, from, how) => tails.log$(key, stream, from, how),
    plan: (pipeline, start = {}) => planBeside(root, options, pipeline, start, far.wayTo),
    ...reading(reader, options, routes),
    disk: (how) => diskBeside(reader, tails, options, how),
    waits: async () => heldWaits(await refreshed(reader)),
    callbackToken: async (run, module) => tokenOf(await refreshed(reader), state.tokenKey, { run, module }),
    ...asking(root, options, {
      waitOf: async (token) => waitOfToken(await refreshed(reader), token),
      jobOf: async (key) => existing(key, await reading(reader, options, routes).job(key)),
      assertFailed: async (run, module) => {
        await assertFailed(await refreshed(reader), run, module)
      },
    }),
    async close() {
      watching.close()
      await tails.close()
      await reader.close()
    },
  }
}

function reading(
  reader: RecordReader,
  options: OpenOptions,
  routes: Routes,
): Pick<
  WorkspaceView,
  'runs' | 'outcomes' | 'jobs' | 'job' | 'history' | 'changes' | 'neededBy' | 'explain' | 'standings'
> {
  const fresh = () => refreshed(reader)
  return {
    runs: async () => readRuns(await fresh()),
    outcomes: async (run) => asOutcomes(await readOutcomes(await fresh(), run)),
    async jobs() {
      const jobs = []
      const store = await fresh()
      const shown = await showing(store)
      for await (const job of readableJobs(store)) jobs.push(shown(job))
      return jobs
    },
    async job(key) {
      const store = await fresh()
      const job = await readJob(store, key)
      return job && (await showing(store))(job)
    },
    history: async (key) => readHistory(await fresh(), key),
    async *changes() {
      yield* readChanges(await fresh())
    },
    standings: async () => readStandings(await fresh()),
    neededBy: async (key) => neededBy(await fresh(), key),
    explain: async (run, module, more = {}) =>
      explainRun({ store: await fresh(), catalog: catalogOf(options), routes }, run, { module, ...more }),
  }
}

async function refreshed(reader: RecordReader): Promise<RecordReader> {
  await reader.refresh()
  return reader
}

/** Jobs as the driver shows them: with what is known of their hosts. */
async function showing(store: RecordReader): Promise<(job: JobRecord) => JobRecord> {
  const standings = await readStandings(store)
  return (job) => {
    const { lapse, paused, spared } = standings.get(job.destination) ?? {}
    return withReach(job, lapse, paused?.since, spared)
  }
}

type Asks = Pick<
  WorkspaceView,
  | 'cancelJob'
  | 'stopJob'
  | 'retryJob'
  | 'discardJob'
  | 'cancelRun'
  | 'retryModule'
  | 'login'
  | 'liftPause'
  | 'answer'
  | 'answerToken'
>

/** What an asker sees before it asks. */
interface Seen {
  jobOf(key: JobKey): Promise<JobRecord>
  waitOf(token: string): ReturnType<typeof waitOfToken>
  assertFailed(run: RunId, module: ModulePath): Promise<void>
}

/** Changes go to the driver's inbox; without a driver this process takes the lock for as long as the change needs. */
function asking(folder: string, options: OpenOptions, { jobOf, waitOf, assertFailed }: Seen): Asks {
  const change = async <T>(
    here: (own: Workspace) => Promise<T>,
    request: InboxRequest,
    heard: (answer: Json) => T | Promise<T>,
  ): Promise<T> => {
    const own = await drive(folder, options)
    if (isAbeyanceError(own)) return heard(await asked(folder, request, options, own))
    try {
      return await here(own)
    } finally {
      await own.close()
    }
  }
  return {
    ...answers(change, waitOf),
    cancelJob: (job, more = {}) =>
      change(
        (own) => untilConfirmed(own, options, () => own.cancelJob(job, more)),
        { kind: 'cancel-job', job, ...more },
        async (answer) => cancelled(answer, await jobOf(job)),
      ),
    stopJob: (job, more = {}) =>
      change(
        (own) => untilConfirmed(own, options, () => own.stopJob(job, more)),
        { kind: 'stop-job', job, ...more },
        async (answer) => stopped(answer, await jobOf(job)),
      ),
    async retryJob(job, more = {}) {
      // Served twice, where the driver died before it answered, it is done once.
      const once = { after: (await jobOf(job)).attempt, ...more }
      return change(
        (own) => retrying(own, job, once),
        { kind: 'retry-job', job, ...once },
        async (answer) => retried(answer, await jobOf(job)),
      )
    },
    async discardJob(job, more = {}) {
      const once = { after: (await jobOf(job)).attempt, ...more }
      return change((own) => own.discardJob(job, once), { kind: 'discard-job', job, ...once }, nothing)
    },
    cancelRun: (run, more = {}) =>
      change(
        (own) => untilConfirmed(own, options, () => own.cancelRun(run, more)),
        { kind: 'cancel-run', run, ...more },
        nothing,
      ),
    login: async (destination, person) => {
      const own = await drive(folder, options)
      if (!isAbeyanceError(own)) await own.close()
      return loginBeside(folder, options, { driven: isAbeyanceError(own), destination, person })
    },
    liftPause: (destination) =>
      change((own) => own.liftPause(destination), { kind: 'lift-pause', destination }, nothing),
    async retryModule(run, module) {
      await assertFailed(run, module)
      return change((own) => own.retryModule(run, module), { kind: 'retry-module', run, module }, nothing)
    },
  }
}

const nothing = () => {}

type Change = <T>(
  here: (own: Workspace) => Promise<T>,
  request: InboxRequest,
  heard: (answer: Json) => T | Promise<T>,
) => Promise<T>

/** Of a token only the hash goes into the inbox. */
function answers(change: Change, waitOf: Seen['waitOf']): Pick<Asks, 'answer' | 'answerToken'> {
  const answer: Asks['answer'] = async (run, module, said, how = {}) => {
    const answer = measured(said)
    const request = { kind: 'answer', run, module, answer, ...how } as const
    return change((own) => own.answer(run, module, answer, how), request, received)
  }
  return {
    answer,
    async answerToken(token, said) {
      const { run, module, tokenHash } = await waitOf(token)
      return answer(run, module, said, { tokenHash })
    },
  }
}

/** Where it is refused because the job is open, one look says how it stands, as a driver would have seen. */
async function retrying(
  own: Workspace,
  key: JobKey,
  options: Parameters<Workspace['retryJob']>[1],
): Promise<RetryAnswer> {
  const answer = await own.retryJob(key, options)
  if (answer.kind !== 'open' || isFinal(answer.job.state)) return answer
  await own.look()
  return { ...answer, job: (await own.job(key)) ?? answer.job }
}

/** Or why not: another process drives it, or may. */
async function drive(folder: string, options: OpenOptions): Promise<Workspace | AbeyanceError> {
  try {
    return await driveWorkspace(folder, options, { onward: false })
  } catch (error) {
    if (isAbeyanceError(error, 'workspace-held')) return error
    throw error
  }
}

/** Where nobody answers and nobody here can see the driver, it may be gone: that is said too. */
async function asked(
  folder: string,
  request: InboxRequest,
  options: OpenOptions,
  held: AbeyanceError,
): Promise<Json> {
  const { clock = systemClock } = options
  const stop = new AbortController()
  const answer = ask(stateFolder(folder).root, request, { clock, signal: stop.signal })
  try {
    await standIn(() => drive(folder, options), options, answer)
    return await answer
  } catch (error) {
    stop.abort()
    if (!isAbeyanceError(error, 'request-timeout') || held.details['seen'] !== false) throw error
    const details = { ...error.details, ...held.details }
    throw new AbeyanceError('request-timeout', `${error.message}; ${held.message}`, { cause: error, details })
  }
}

function existing(key: JobKey, job: JobRecord | undefined): JobRecord {
  if (job) return job
  throw new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs --all\` lists them`)
}
