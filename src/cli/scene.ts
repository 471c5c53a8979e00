import { auditTime, filter, Subscription } from './observables.ts'
import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { JobState } from '../records/job-state.ts'
import type { Outcome, Suspension } from '../records/outcome.ts'
import { notNeeded, waitingForPlace } from './actor-words.ts'
import { travelWords } from './travel-words.ts'
import { answerHint } from './wait-words.ts'
import { unneededWords } from './unneeded-words.ts'
import { placeWords, waitsForPlace, type LimitsOf } from './waiting-for-place.ts'
import type { Outcomes, Run, Workspace, WorkspaceEvent } from '../workspace/workspace.ts'

/** What is shown of one module or element while a run goes on. */
export interface Actor {
  /** `digest[0]`. */
  readonly path: string
  /** `digest[0] EcoRI`, where its job says so. */
  readonly name: string
  /** One word or two: `queued`, `running`, `done`, `reused`, `failed`. */
  readonly word: string
  readonly over: boolean
  readonly percent?: number
  /** The last line of its log, why it failed, or what else is to be said. */
  readonly line?: string | undefined
  /** The job that it failed by. */
  readonly job?: JobKey
}

export interface Scene {
  readonly actors: ReadonlyMap<string, Actor>
  close(): void
}

// So many logs are followed at once: who has more running jobs than this looks at counts, not at lines.
const mostFollowed = 20

interface Scenery {
  readonly workspace: Workspace
  readonly run: Run
  readonly limitsOf: LimitsOf
}

/** Follows a run: calls back with every actor that changed. */
export function openScene({ workspace, run, limitsOf }: Scenery, changed: (actor: Actor) => void): Scene {
  const all = new Subscription()
  const logs = new Map<JobKey, Subscription>()
  const stage: Stage = {
    actors: new Map(),
    paths: new Map(),
    jobs: new Map(),
    seen: new Map(),
    limitsOf,
    targets: run.record.targets,
    update(path, next) {
      const before = stage.actors.get(path) ?? { path, name: path, word: '', over: false }
      const actor = { ...before, ...next }
      if (Object.entries(actor).every(([key, value]) => Reflect.get(before, key) === value)) return
      stage.actors.set(path, actor)
      changed(actor)
    },
    follow(key, path) {
      if (logs.has(key) || logs.size >= mostFollowed) return
      const following = followLog(workspace, key, (line) => {
        if (!stage.actors.get(path)?.over) stage.update(path, { line })
      })
      logs.set(key, following)
      all.add(following)
    },
    release(key) {
      logs.get(key)?.unsubscribe()
      logs.delete(key)
    },
  }
  all.add(
    workspace.jobs$.subscribe((news) => {
      if (news.kind === 'discarded') return
      for (const job of news.kind === 'present' ? news.jobs : [news.job]) showJob(stage, job)
    }),
  )
  all.add(workspace.events$.subscribe((event) => showEvent(stage, run, event)))
  all.add(run.state$.subscribe(({ outcomes }) => showOutcomes(stage, outcomes)))
  return { actors: stage.actors, close: () => all.unsubscribe() }
}

interface Stage {
  readonly actors: Map<string, Actor>
  /** Where in the run a job stands. */
  readonly paths: Map<JobKey, string>
  readonly jobs: Map<JobKey, JobRecord>
  readonly seen: Map<string, Outcome>
  readonly limitsOf: LimitsOf
  readonly targets: readonly string[]
  update(path: string, next: Partial<Actor>): void
  follow(key: JobKey, path: string): void
  release(key: JobKey): void
}

function showJob(stage: Stage, job: JobRecord): void {
  stage.jobs.set(job.key, job)
  const path = stage.paths.get(job.key)
  if (job.state.kind !== 'running') stage.release(job.key)
  if (path === undefined || stage.actors.get(path)?.over) return
  const place = waitsForPlace(job) ? placeWords(job.destination, stage.limitsOf(job.destination)) : undefined
  const said = stage.actors.get(path)?.word === waitingForPlace ? { line: undefined } : {}
  stage.update(path, { name: nameOf(job, path), ...said, ...stateWords(job.state, place) })
  if (job.state.kind === 'running') stage.follow(job.key, path)
}

function showEvent(stage: Stage, run: Run, event: WorkspaceEvent): void {
  if (event.kind === 'progress') {
    const path = stage.paths.get(event.key)
    if (path !== undefined) stage.update(path, { percent: Math.round(event.percent) })
  }
  if (event.kind === 'staging') {
    const path = stage.paths.get(event.key)
    const word = path === undefined ? '' : (stage.actors.get(path)?.word ?? '')
    if (path !== undefined && travelling.has(word)) stage.update(path, { line: travelWords(event) })
  }
  if (event.kind === 'outcome' && event.run === run.id) showOutcomes(stage, { [event.module]: event.outcome })
}

/** What a job is said to be while its files are on their way. */
const travelling: ReadonlySet<string> = new Set(['submitting', 'fetching'])

function showOutcomes(stage: Stage, outcomes: Outcomes): void {
  for (const [path, outcome] of Object.entries(outcomes)) {
    if (stage.seen.get(path) === outcome) continue
    stage.seen.set(path, outcome)
    const key = outcome.kind === 'suspended' && outcome.on.kind === 'job' ? outcome.on.job : undefined
    if (key === undefined) {
      stage.update(path, actorOf(outcome, stage))
      continue
    }
    stage.paths.set(key, path)
    const job = stage.jobs.get(key)
    if (job) showJob(stage, job)
    else stage.update(path, actorOf(outcome, stage))
  }
}

function followLog(workspace: Workspace, key: JobKey, show: (line: string) => void): Subscription {
  const lines = workspace.log$(key, 'stdout', { last: 1024 }).pipe(
    filter((news) => news.kind === 'chunk'),
    auditTime(200),
  )
  return lines.subscribe({
    next({ bytes }) {
      const line = Buffer.from(bytes)
        .toString('utf8')
        .trimEnd()
        .split(/[\r\n]+/)
        .at(-1)
      if (line) show(line.replaceAll(/\p{Cc}+/gu, ' '))
    },
    error: () => {}, // what cannot be shown is no fault of the run
  })
}

function actorOf(outcome: Outcome, { targets, seen }: Stage): Partial<Actor> & { readonly word: string } {
  switch (outcome.kind) {
    case 'done':
      return { word: outcome.by === 'reused' ? 'reused' : 'done', over: true }
    case 'failed':
      return {
        word: 'failed',
        over: true,
        line: outcome.error.message,
        ...(outcome.job && { job: outcome.job }),
      }
    case 'skipped':
      return {
        word: 'skipped',
        over: true,
        line: outcome.because === 'failure' ? `${outcome.of} failed` : `the condition at ${outcome.of}`,
      }
    case 'unneeded': {
      const why = unneededWords(targets, seen.values())
      return { word: notNeeded, over: true, ...(why !== undefined && { line: `: ${why}` }) }
    }
    case 'cancelled':
      return { word: outcome.kind, over: true }
    case 'waiting':
      return { word: 'waiting', over: false }
    case 'suspended':
      return { word: waitWords[outcome.on.kind], over: false, line: answerHint(outcome.on) }
  }
}

const waitWords: Readonly<Record<Suspension['kind'], string>> = {
  job: 'submitting',
  until: 'waiting for a time',
  file: 'waiting for a file',
  'existing-job': 'waiting for a job of others',
  approval: 'waiting for approval',
  token: 'waiting to be called back',
}

/** A job's end is told by its module's outcome, which may come a little later. */
function stateWords({ kind }: JobState, place: string | undefined): Pick<Actor, 'word' | 'line'> {
  if (place !== undefined) return { word: waitingForPlace, line: place.slice(waitingForPlace.length) }
  return { word: kind === 'succeeded' ? 'collecting' : kind }
}

function nameOf(job: JobRecord, path: string): string {
  return job.name.startsWith(path) ? job.name : path
}
