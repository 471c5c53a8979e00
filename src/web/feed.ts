import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { jobKey, runId, type JobKey } from '../core/ids.ts'
import type { Outcome } from '../records/outcome.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { Changes, JobRow } from './contract.ts'
import type { ServerEvent } from './event-stream.ts'
import { jobOfOutcome } from './job-of-outcome.ts'
import { outcomeAnswer } from './outcome-answer.ts'
import type { Picture, PictureNews } from './picture.ts'

/** Changes in batches, kept for a while: a page that was away, or reads slowly, is given what it missed as one, or told to load anew. */
export interface Feed {
  take(news: PictureNews): void
  /** From behind the event with this id; from now on without one. */
  follow(after: string | undefined, signal: AbortSignal): AsyncGenerator<ServerEvent>
  close(): void
}

// How long changes are gathered, in milliseconds, and how many are kept for those who come back.
const gatherFor = 250
const mostKept = 20_000

interface Dirty {
  readonly jobs: Set<JobKey>
  readonly discarded: Set<JobKey>
  readonly runs: Set<string>
  readonly outcomes: Map<string, { run: string; module: string; outcome: Outcome }>
  hosts: boolean
  waits: boolean
}

interface FeedContext {
  readonly view: WorkspaceView
  readonly clock: Clock
  picture(): Promise<Picture>
}

export function openFeed({ view, clock, picture }: FeedContext): Feed {
  const backlog = openBacklog()
  let dirty: Dirty | undefined
  let timer: unknown
  let closed = false
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  const anew = () => {
    backlog.begin()
    wake()
  }
  const flush = async () => {
    const what = dirty
    dirty = undefined
    if (!what || closed) return
    backlog.add(await changesOf(what, view, await picture(), clock.now()))
    wake()
  }
  return {
    take(news) {
      if (news.kind === 'anew') return anew()
      dirty ??= clean()
      mark(dirty, news)
      timer ??= clock.setTimeout(() => {
        timer = undefined
        flush().catch(anew) // who cannot be told what changed is told to load
      }, gatherFor)
    },
    async *follow(after, signal) {
      const isKnown = after !== undefined && backlog.since(after) !== undefined
      let at = isKnown ? after : backlog.now()
      if (!isKnown) yield { name: after === undefined ? 'hello' : 'resync', id: at, data: {} }
      while (!signal.aborted && !closed) {
        const missed = backlog.since(at)
        at = backlog.now()
        if (missed === undefined) yield { name: 'resync', id: at, data: {} }
        else if (missed.length > 0) yield { name: 'changes', id: at, data: merged(missed) }
        else await rung(waiting, signal)
      }
    },
    close() {
      closed = true
      clock.clearTimeout(timer)
      wake()
    },
  }
}

/** The last changes under ids that are of this process alone: after a restart nobody knows them. */
function openBacklog() {
  let epoch = randomUUID()
  let last = 0
  let size = 0
  let kept: { readonly seq: number; readonly changes: Changes }[] = []
  return {
    now: () => `${epoch}.${last}`,
    begin() {
      epoch = randomUUID()
      kept = []
      size = 0
    },
    add(changes: Changes) {
      kept.push({ seq: ++last, changes })
      size += sizeOf(changes)
      while (size > mostKept && kept.length > 1) size -= sizeOf(kept.shift()?.changes ?? changes)
    },
    /** What came after; undefined where that is not known any more. */
    since(id: string): readonly Changes[] | undefined {
      const [of, seq] = id.split('.')
      const at = Number(seq)
      if (of !== epoch || !Number.isInteger(at) || at > last) return undefined
      if (at + 1 < (kept[0]?.seq ?? last + 1)) return undefined
      return kept.filter((one) => one.seq > at).map((one) => one.changes)
    },
  }
}

function rung(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      waiting.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    waiting.add(done)
    signal.addEventListener('abort', done)
  })
}

function clean(): Dirty {
  return {
    jobs: new Set(),
    discarded: new Set(),
    runs: new Set(),
    outcomes: new Map(),
    hosts: false,
    waits: false,
  }
}

function mark(dirty: Dirty, news: Exclude<PictureNews, { kind: 'anew' }>): void {
  switch (news.kind) {
    case 'job':
      dirty.discarded.delete(news.key)
      dirty.jobs.add(news.key)
      dirty.hosts = true
      return
    case 'discarded':
      dirty.jobs.delete(news.key)
      dirty.discarded.add(news.key)
      return
    case 'run':
      dirty.runs.add(news.run)
      dirty.waits = true
      return
    case 'outcome': {
      const { run, module, outcome } = news
      dirty.runs.add(run)
      dirty.outcomes.set(`${run}/${module}`, { run, module, outcome })
      dirty.waits = true
      return
    }
    case 'hosts':
      dirty.hosts = true
  }
}

async function changesOf(dirty: Dirty, view: WorkspaceView, picture: Picture, now: number): Promise<Changes> {
  const records = dirty.runs.size === 0 ? [] : (await view.runs()).filter(({ id }) => dirty.runs.has(id))
  const rows = [...dirty.jobs].map((key) => picture.jobs.get(key))
  return {
    runs: await Promise.all(records.map((record) => picture.run(record))),
    outcomes: [...dirty.outcomes.values()].map(({ run, module, outcome }) => {
      const job = jobOfOutcome(outcome, (key) => picture.jobs.has(key))
      return { run, module, outcome: outcomeAnswer(outcome), ...(job !== undefined && { job }) }
    }),
    jobs: rows.filter((row): row is JobRow => row !== undefined),
    discarded: [...dirty.discarded],
    ...(dirty.hosts && { hosts: true }),
    ...(dirty.waits && { waits: true }),
    now,
  }
}

/** Several as one: of each thing the last word. */
function merged(all: readonly Changes[]): Changes {
  const [only] = all
  if (all.length === 1 && only) return only
  const jobs = new Map(all.flatMap((one) => one.jobs.map((job) => [job.key, job] as const)))
  const discarded = new Set<string>()
  for (const one of all) {
    for (const { key } of one.jobs) discarded.delete(key)
    for (const key of one.discarded) discarded.add(key)
  }
  for (const key of discarded) jobs.delete(key)
  const outcomes = all.flatMap((one) => one.outcomes)
  return {
    runs: [...new Map(all.flatMap((one) => one.runs.map((run) => [runId(run.id), run] as const))).values()],
    outcomes: [...new Map(outcomes.map((one) => [`${one.run}/${one.module}`, one])).values()],
    jobs: [...jobs.values()],
    discarded: [...discarded].map(jobKey),
    ...(all.some(({ hosts }) => hosts) && { hosts: true }),
    ...(all.some(({ waits }) => waits) && { waits: true }),
    now: Math.max(...all.map(({ now }) => now)),
  }
}

function sizeOf({ runs, outcomes, jobs, discarded }: Changes): number {
  return 1 + runs.length + outcomes.length + jobs.length + discarded.length
}
