import type { Clock } from '../core/clock.ts'
import { isJsonObject } from '../core/json.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import type { Spared } from '../runners/runner.ts'
import { hostNotice } from './job-notices.ts'
import type { JobEvent } from './job-monitor.ts'

/** Whether a destination answers. Kept once per destination, not in every record of its jobs, and shown in each of them. */
export interface Reach {
  readonly lapse: Lapse | undefined
  /** The breaker fell, or a person has to log in: written down with its notice, then told; once. */
  lost(lapse: Lapse): Promise<void>
  /** It answers again; nothing to do where it always did. */
  found(): Promise<void>
  /** What the budget of the host leaves unasked, written down while it is so; undefined once it is not. */
  readonly spared: Spared | undefined
  spare(spared: Spared | undefined): Promise<void>
}

export interface Lapse {
  readonly since: number
  readonly why: string
  /** It asks for more than a key, and nobody was there to answer. */
  readonly login?: true
}

export interface ReachOptions {
  readonly destination: string
  readonly store: RecordStore
  readonly clock: Clock
  entriesFor(notice: Notice): readonly Entry[]
  tell(event: JobEvent): void
  /** As an earlier process left it. */
  readonly spared?: ReadonlyMap<string, Spared>
}

const prefix = 'unreachable/'
const sparedPrefix = 'spared/'
const newsAfter = 60_000

export function openReach(options: ReachOptions, known: ReadonlyMap<string, Lapse>): Reach {
  const { destination, store, clock, entriesFor, tell } = options
  let lapse = known.get(destination)
  let spared = options.spared?.get(destination)
  const entry = (value: Entry['value']): Entry => ({ kind: 'workspace', key: prefix + destination, value })
  return {
    get lapse() {
      return lapse
    },
    async lost(now) {
      if (lapse !== undefined && lapse.login === now.login) return
      const event = now.login ? 'login-needed' : 'host-unreachable'
      const notice = hostNotice(event, destination, now.since, clock.now(), now.why)
      await store.put([entry({ ...now }), ...entriesFor(notice)])
      lapse = now
      tell({ kind: 'unreachable', destination, ...now })
    },
    async found() {
      if (lapse === undefined) return
      const notice = hostNotice('host-back', destination, lapse.since, clock.now(), '')
      await store.put([entry(undefined), ...entriesFor(notice)])
      lapse = undefined
      tell({ kind: 'reachable', destination })
    },
    get spared() {
      return spared
    },
    async spare(now) {
      // A time that moves on a little is no news.
      if (now === undefined ? spared === undefined : spared && now.until - spared.until < newsAfter) return
      await store.put([{ kind: 'workspace', key: sparedPrefix + destination, value: now && { ...now } }])
      spared = now
      tell(now ? { kind: 'spared', destination, ...now } : { kind: 'unspared', destination })
    },
  }
}

/** What budgets leave unasked, by destination. */
export async function readSpared(store: Pick<RecordStore, 'all'>): Promise<ReadonlyMap<string, Spared>> {
  const known = new Map<string, Spared>()
  for await (const { key, value } of store.all('workspace', sparedPrefix)) {
    const { until, why } = isJsonObject(value) ? value : {}
    if (typeof until === 'number' && typeof why === 'string')
      known.set(key.slice(sparedPrefix.length), { until, why })
  }
  return known
}

/** The destinations that do not answer, by name: also for whoever reads a store without driving it. */
export async function readReach(store: Pick<RecordStore, 'all'>): Promise<ReadonlyMap<string, Lapse>> {
  const known = new Map<string, Lapse>()
  for await (const { key, value } of store.all('workspace', prefix)) {
    const { since, why, login } = isJsonObject(value) ? value : {}
    if (typeof since !== 'number') continue
    const words = typeof why === 'string' ? why : ''
    known.set(key.slice(prefix.length), { since, why: words, ...(login === true && { login }) })
  }
  return known
}

/** A job's record as it is shown: with what is known of its host. */
export function withReach(
  job: JobRecord,
  lapse: Lapse | undefined,
  paused: number | undefined,
  spared?: Spared,
): JobRecord {
  if (spared && !['succeeded', 'failed', 'cancelled'].includes(job.state.kind))
    return { ...withReach(job, lapse, paused), spared }
  if (paused !== undefined && job.state.kind === 'submitting') return { ...job, pausedSince: paused }
  return lapse === undefined || ['succeeded', 'failed', 'cancelled'].includes(job.state.kind)
    ? job
    : { ...job, unreachableSince: lapse.since, ...(lapse.login && { loginNeeded: true }) }
}
