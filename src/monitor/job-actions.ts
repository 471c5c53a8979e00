import type { Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import type { JobKey, WorkspaceId } from '../core/ids.ts'
import { tagOf } from '../core/tag-of.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal, type FinalState } from '../records/job-state.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { askedJob } from '../runners/destination-defaults.ts'
import { cancelAll } from './canceller.ts'
import { discardEntries } from './cleaner.ts'
import { decide, type Decision } from './decide.ts'
import { endedByItself } from './job-machine.ts'
import type { News } from './job-news.ts'
import type { JobMonitor, JobRequest, RetryAnswer, RetryOptions } from './job-monitor.ts'
import { historyOf, readJob } from './kept-job.ts'
import type { Ledger } from './ledger.ts'
import { matchedKey } from './apply-rules.ts'
import { markEntry } from './rule-marks.ts'
import { isEnded, newAttempt } from './new-attempt.ts'
import { sightOf, type Sight } from './sight.ts'
import type { Watch } from './watch.ts'

export interface ActionContext {
  readonly store: RecordStore
  readonly workspace: WorkspaceId
  readonly clock: Clock
  readonly ledger: Ledger
  readonly lostGrace: number
  /** By destination. */
  readonly watches: ReadonlyMap<string, Watch>
}

/** What users and the workspace do to jobs; each is on disk before it resolves. */
export function jobActions(
  context: ActionContext,
): Pick<JobMonitor, 'start' | 'retry' | 'cancel' | 'stop' | 'discard'> {
  const { store, workspace, clock, ledger, watches } = context

  async function known(key: JobKey): Promise<JobRecord> {
    const job = await readJob(store, key)
    if (job) return job
    throw unknownJob(key)
  }

  return {
    async start(request) {
      watchOf(watches, request.destination)
      const job = await ledger.change(request.key, async (there) =>
        there ? undefined : began(request, workspace, await lastAttempt(store, request.key), clock.now()),
      )
      if (job) return job
      throw unknownJob(request.key)
    },
    async retry(key, options) {
      if (options.request) watchOf(watches, options.request.destination)
      return runAgain(context, await known(key), options)
    },
    async cancel(key, { by, abandon = false }) {
      const job = await wish(context, await known(key), { type: 'cancel', by })
      if (isFinal(job.state)) return { kind: 'ended', state: job.state }
      if (!abandon) return { kind: 'requested' }
      const sight = await sightOf(watchOf(watches, job.destination), job)
      const changed = await ledger.change(key, async (now) =>
        now?.tag === job.tag && sight.unseen ? givenUp(context, now, by, sight) : undefined,
      )
      if (changed?.tag === job.tag && isFinal(changed.state)) return { kind: 'ended', state: changed.state }
      return { kind: 'requested', evidence: { from: 'host', text: sight.text } }
    },
    async stop(key, { by }) {
      const job = await wish(context, await known(key), { type: 'cancel', by, keep: true })
      const { state, cancelRequested: cancel } = job
      if (isFinal(state)) return { kind: 'ended', state }
      return { kind: cancel && endedByItself({ state, cancel }) ? 'collecting' : 'requested' }
    },
    async discard(key, { after, folders = 'now' } = {}) {
      const job = await readJob(store, key)
      if (!job && (await lastAttempt(store, key)) === 0) throw unknownJob(key)
      if (!job || job.attempt !== (after ?? job.attempt)) return
      await discard(context, job)
      if (folders === 'now')
        for (const { destination } of [job, ...job.earlier]) await watches.get(destination)?.clean()
    },
  }
}

/** Writes down that somebody wants its end, and gives the job as it stands then; what is wanted already changes nothing. */
async function wish(
  { ledger, workspace, lostGrace, clock }: ActionContext,
  { key, tag }: JobRecord,
  news: Extract<News, { type: 'cancel' }>,
): Promise<JobRecord> {
  const job = await ledger.change(key, async (now) => {
    const before = now?.cancelRequested
    if (!now || isFinal(now.state) || (before && (before.keep || !news.keep))) return undefined
    return decide(now, tag, news, { workspace, lostGrace, now: clock.now() })
  })
  if (job) return job
  throw unknownJob(key)
}

async function runAgain(context: ActionContext, job: JobRecord, options: RetryOptions): Promise<RetryAnswer> {
  const { workspace, clock, ledger, watches } = context
  const { by, abandon = false, anew = false, after, request } = options
  if (job.attempt !== (after ?? job.attempt)) return { kind: 'open', job }
  const sight = abandon && !isEnded(job) ? await sightOf(watchOf(watches, job.destination), job) : undefined
  if (!mayRunAgain(job, anew) && !sight) return { kind: 'open', job }
  const refusal = abandon ? undefined : await mayStillRun(context, job)
  if (refusal) return refusal
  const changed = await ledger.change(job.key, async (now) => {
    if (!now || now.tag !== job.tag) return undefined
    const given = sight?.unseen ? givenUp(context, now, by, sight) : undefined
    const ended = given?.job ?? now
    if (!mayRunAgain(ended, anew)) return undefined
    const next = { ...newAttempt(workspace, ended, clock.now()), ...askedIn(request) }
    return again(next, by, clock.now(), given?.changes)
  })
  if (!changed) throw unknownJob(job.key)
  if (changed.tag !== job.tag) return { kind: 'requested', job: changed }
  return { kind: 'open', job: changed, ...(sight && { evidence: { from: 'host', text: sight.text } }) }
}

/** Undefined: the old attempt of a job can no longer run. Else what the host said instead (rule J2). */
async function mayStillRun(
  { watches }: ActionContext,
  job: JobRecord,
): Promise<Extract<RetryAnswer, { kind: 'may-still-run' }> | undefined> {
  if (job.state.kind !== 'lost') return undefined
  const answer = (await cancelAll(watchOf(watches, job.destination).station, [job])).get(job.tag)
  if (answer?.kind === 'stopped') return undefined
  const text = answer?.evidence ?? `${job.destination} could not be asked to stop it`
  return { kind: 'may-still-run', evidence: { from: 'host', text } }
}

/** Held for lost on the user's word; no retry rule goes on from there, the user does. */
function givenUp(
  { workspace, lostGrace, clock }: ActionContext,
  job: JobRecord,
  by: string,
  { text }: Sight,
): Decision | undefined {
  const news = { type: 'abandoned', by, evidence: text } as const
  const given = decide({ ...job, retry: [] }, job.tag, news, { workspace, lostGrace, now: clock.now() })
  return given && { ...given, job: { ...given.job, retry: job.retry } }
}

/** What succeeded is run again only where that is asked for. */
function mayRunAgain(job: JobRecord, anew: boolean): job is JobRecord & { readonly state: FinalState } {
  return isEnded(job) && (anew || job.state.kind !== 'succeeded')
}

async function discard({ store, clock, ledger }: ActionContext, job: JobRecord): Promise<void> {
  const { key } = job
  await ledger.forget(key, async (now) => {
    if (!isFinal(now.state))
      throw new AbeyanceError(
        'invalid-state',
        `job ${now.name} (${key}) is ${now.state.kind}; cancel it, then discard it`,
      )
    const last: Entry = { kind: 'workspace', key: lastAttemptKey(key), value: now.attempt }
    const filed = [...(await historyOfJob(store, key)), ...(await matchesOfJob(store, now))]
    return [last, ...filed, ...discardEntries(now, clock.now())]
  })
}

function began(request: JobRequest, workspace: WorkspaceId, last: number, now: number): Decision {
  const attempt = last + 1
  const job: JobRecord = {
    ...request,
    attempt,
    tag: tagOf(workspace, request.key, attempt),
    earlier: [],
    state: { kind: 'submitting', since: now },
  }
  return submitting(job, 'engine', 'asked for by a run', now)
}

function again(job: JobRecord, by: string, now: number, before: Decision['changes'] = []): Decision {
  const next = submitting(job, 'user', `run again by ${by}`, now)
  return { ...next, changes: [...before, ...next.changes] }
}

function submitting(job: JobRecord, from: 'engine' | 'user', text: string, at: number): Decision {
  const { key, attempt } = job
  const change = { key, attempt, at, from: 'none', to: 'submitting', evidence: { from, text } } as const
  return { job, changes: [change], ended: false }
}

function askedIn(request: JobRequest | undefined): Partial<JobRequest> {
  if (!request) return {}
  const { name, destination, spec, retry, log, logs = {}, asked = askedJob(spec, retry) } = request
  return { name, destination, spec, retry, asked, log, logs }
}

const lastAttemptKey = (key: JobKey) => `last-attempt/${key}`

/** The number of the last attempt of a job that was discarded: numbers are never used twice (rule J5). */
async function lastAttempt(store: RecordStore, key: JobKey): Promise<number> {
  const value = await store.get({ kind: 'workspace', key: lastAttemptKey(key) })
  return typeof value === 'number' ? value : 0
}

async function historyOfJob(store: RecordStore, key: JobKey): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const change of store.all('change', historyOf(key)))
    entries.push({ kind: 'change', key: change.key, value: undefined })
  return entries
}

/** What its log rules were seen to match, and what they are still to look at, in any attempt. */
async function matchesOfJob(store: RecordStore, { tag, earlier }: JobRecord): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (const attempt of [...earlier, { tag }]) {
    for (const stream of ['stdout', 'stderr'] as const)
      entries.push(markEntry({ tag: attempt.tag, stream }, undefined))
    for await (const { key } of store.all('workspace', matchedKey(attempt.tag, '')))
      entries.push({ kind: 'workspace', key, value: undefined })
  }
  return entries
}

function watchOf(watches: ReadonlyMap<string, Watch>, destination: string): Watch {
  const watch = watches.get(destination)
  if (watch) return watch
  const names = [...watches.keys()].join(', ') || 'none'
  throw new AbeyanceError(
    'unknown-destination',
    `there is no destination "${destination}"; known are: ${names}`,
  )
}

function unknownJob(key: JobKey): AbeyanceError {
  return new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs\` lists them`)
}
