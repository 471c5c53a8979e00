import type { Clock } from '../core/clock.ts'
import type { Tag } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import type { JobReport } from '../runners/job-report.ts'
import type { JobEvent } from './job-monitor.ts'
import { pausedNotice } from './job-notices.ts'

/**
 * Whether a destination is submitted to. A job that its scheduler ran and that claimed nothing says that the machines where jobs
 * run do not see the work folder: as long as no job has ever shown itself there, all others would go the same way.
 */
export interface Pause {
  readonly since: number | undefined
  /** What a look said of a job. The first claim proves the destination, also one that was paused too early. */
  heard(tag: Tag, report: JobReport): Promise<void>
  /** Somebody mended it. */
  lift(): Promise<void>
}

export interface PauseOptions {
  readonly destination: string
  readonly store: RecordStore
  readonly clock: Clock
  entriesFor(notice: Notice): readonly Entry[]
  tell(event: JobEvent): void
  /** It is submitted to again. */
  lifted(): void
}

/** What is on disk of all destinations. */
export interface KnownPauses {
  readonly proved: ReadonlySet<string>
  readonly paused: ReadonlyMap<string, PauseRecord>
}

export interface PauseRecord {
  readonly since: number
  readonly why: string
}

const provedPrefix = 'proved/'
const pausedPrefix = 'paused/'

/** Milliseconds that a claim may take to be seen once the scheduler says that a job runs: files of other machines come late. */
const claimWithin = 60_000

export function openPause(options: PauseOptions, known: KnownPauses): Pause {
  const { destination, store, clock, entriesFor, tell, lifted } = options
  const entry = (prefix: string, value: Entry['value']): Entry => ({
    kind: 'workspace',
    key: prefix + destination,
    value,
  })
  const started = new Map<Tag, number>()
  let proved = known.proved.has(destination)
  let since = known.paused.get(destination)?.since

  async function prove(): Promise<void> {
    await store.put([entry(provedPrefix, true)])
    proved = true
    started.clear()
    await lift()
  }

  async function lift(): Promise<void> {
    if (since === undefined) return
    await store.put([entry(pausedPrefix, undefined)])
    since = undefined
    started.clear()
    tell({ kind: 'unpaused', destination })
    lifted()
  }

  async function pause(why: string): Promise<void> {
    const now = clock.now()
    const notice = pausedNotice(destination, now, why)
    await store.put([entry(pausedPrefix, { since: now, why }), ...entriesFor(notice)])
    since = now
    tell({ kind: 'paused', destination, since: now, why })
  }

  return {
    get since() {
      return since
    },
    async heard(tag, report) {
      if (proved) return
      if (isClaimed(report)) return prove()
      if (since === undefined && isUnclaimed(tag, report)) await pause(report.evidence)
    },
    lift,
  }

  function isUnclaimed(tag: Tag, report: JobReport): report is Extract<JobReport, { evidence: string }> {
    if (report.kind === 'vanished') return report.incarnation === 0 && report.reason !== 'cancelled-by-us'
    if (report.kind !== 'queued' || !report.started) return false
    const first = started.get(tag) ?? clock.now()
    started.set(tag, first)
    return clock.now() - first >= claimWithin
  }
}

function isClaimed(report: JobReport): boolean {
  return (report.kind === 'running' || report.kind === 'ended') && report.incarnation > 0
}

export async function readPauses(store: Pick<RecordStore, 'all'>): Promise<KnownPauses> {
  const proved = new Set<string>()
  const paused = new Map<string, PauseRecord>()
  for await (const { key } of store.all('workspace', provedPrefix)) proved.add(key.slice(provedPrefix.length))
  for await (const { key, value } of store.all('workspace', pausedPrefix)) {
    const { since, why } = isJsonObject(value) ? value : {}
    if (typeof since === 'number' && typeof why === 'string')
      paused.set(key.slice(pausedPrefix.length), { since, why })
  }
  return { proved, paused }
}
