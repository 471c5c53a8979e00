import type { SpanContext } from '@opentelemetry/api'
import type { JobKey, ModulePath, RunId } from '../core/ids.ts'
import { jobOf } from '../records/job-of.ts'
import type { JobChange, JobRecord } from '../records/job-record.ts'
import type { WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import { jobSpan, type SeenTravel } from './job-spans.ts'
import { moduleSpan, runSpan } from './run-spans.ts'
import type { SpanWriter } from './span-writer.ts'

export interface SpanTeller {
  /** Makes the span of what has ended with this event, heard at that time; one after the other. */
  tell(event: WorkspaceEvent, at: number): Promise<void>
}

/** What was heard of an open run: forgotten with its end. */
interface HeardRun {
  readonly since: number
  readonly jobs: Set<JobKey>
  readonly ended: Map<ModulePath, number>
  readonly waits: Map<ModulePath, readonly ModulePath[]>
  readonly spans: Map<JobKey, SpanContext[]>
  /** Its outcomes were read from disk, for the jobs that it has from before. */
  isRead: boolean
}

interface Telling {
  /** When it was opened: what ended before concerns others. */
  readonly since: number
  readonly view: WorkspaceView
  readonly writer: SpanWriter
  readonly heard: Map<RunId, HeardRun>
  readonly travels: Map<JobKey, readonly SeenTravel[]>
}

export function openSpanTeller(view: WorkspaceView, writer: SpanWriter, since: number): SpanTeller {
  const telling: Telling = { since, view, writer, heard: new Map(), travels: new Map() }
  const { travels } = telling
  return {
    async tell(event, at) {
      switch (event.kind) {
        case 'changed':
          return tellJob(telling, event.job, event.change, at)
        case 'outcome':
          return tellModule(telling, event, at)
        case 'run':
          return event.state === 'open' ? void heardOf(telling, event.run, at) : tellRun(telling, event.run)
        case 'staging':
          return void travels.set(event.key, travelled(travels.get(event.key) ?? [], event, at))
        default: // hosts, budgets, progress: not spans
      }
    },
  }
}

async function tellJob(telling: Telling, job: JobRecord, { attempt }: JobChange, at: number): Promise<void> {
  const { view, writer, travels } = telling
  const { key } = job
  const seen = travels.get(key) ?? []
  travels.delete(key)
  const facts = jobSpan({ job, attempt, history: await view.history(key), travels: seen })
  if (!facts) return
  const run = await runOf(telling, key, at)
  const context = writer.write(withRun(facts, run), run)
  if (run === undefined) return
  const { spans } = heardOf(telling, run, at)
  spans.set(key, [...(spans.get(key) ?? []), context])
}

async function tellModule(
  telling: Telling,
  { run, module, outcome }: Extract<WorkspaceEvent, { kind: 'outcome' }>,
  at: number,
): Promise<void> {
  const { view, writer, heard } = telling
  const mine = heardOf(telling, run, at)
  const key = jobOf(outcome)
  if (outcome.kind === 'suspended' && key !== undefined) mine.jobs.add(key)
  if (outcome.kind === 'waiting') mine.waits.set(module, outcome.for)
  if (outcome.kind === 'waiting' || outcome.kind === 'suspended') return
  // A job began with its record, maybe days ago; what was computed began when the last of what it waited for had ended.
  const began =
    key === undefined ? undefined : (await view.history(key)).find(({ from }) => from === 'none')?.at
  const ready = (mine.waits.get(module) ?? []).map((one) => mine.ended.get(one) ?? 0)
  const start = began ?? Math.max(mine.since, ...ready)
  mine.ended.set(module, at)
  const facts = moduleSpan({ path: module, outcome, start, end: at })
  if (!facts) return
  const after = key === undefined ? [] : [...heard.values()].flatMap(({ spans }) => spans.get(key) ?? [])
  writer.write(withRun(facts, run), run, after)
}

async function tellRun({ view, writer, heard }: Telling, id: RunId): Promise<void> {
  const record = (await view.runs()).find((one) => one.id === id)
  const facts = record && runSpan(record, Object.values(await view.outcomes(id)))
  heard.delete(id)
  if (facts) writer.write(facts, id)
}

function heardOf({ heard }: Telling, run: RunId, at: number): HeardRun {
  const known = heard.get(run)
  if (known) return known
  const fresh = {
    since: at,
    jobs: new Set<JobKey>(),
    ended: new Map(),
    waits: new Map(),
    spans: new Map(),
    isRead: false,
  }
  heard.set(run, fresh)
  return fresh
}

/**
 * The first of those that speak of it: a job that several share is in one trace. Runs that an earlier process began, and that ended as
 * soon as the workspace was opened, are read once.
 */
async function runOf(telling: Telling, key: JobKey, at: number): Promise<RunId | undefined> {
  const { view, heard } = telling
  const known = () => [...heard].find(([, { jobs }]) => jobs.has(key))?.[0]
  const heardOfIt = known()
  if (heardOfIt !== undefined) return heardOfIt
  for (const { id, state, endedAt = 0 } of await view.runs()) {
    const mine = state === 'open' || endedAt >= telling.since ? heardOf(telling, id, at) : undefined
    if (!mine || mine.isRead) continue
    mine.isRead = true
    for (const outcome of Object.values(await view.outcomes(id))) {
      const spoken = jobOf(outcome)
      if (spoken !== undefined) mine.jobs.add(spoken)
    }
  }
  return known()
}

function withRun<Facts extends { readonly attributes: object }>(facts: Facts, run: RunId | undefined): Facts {
  return run === undefined ? facts : { ...facts, attributes: { ...facts.attributes, 'abeyance.run.id': run } }
}

/** One span for each way: it began when it was told of first. */
function travelled(
  seen: readonly SeenTravel[],
  { way, total }: { readonly way: SeenTravel['way']; readonly total: number },
  at: number,
): readonly SeenTravel[] {
  const before = seen.find((one) => one.way === way)
  return [...seen.filter((one) => one !== before), { way, first: before?.first ?? at, last: at, total }]
}
