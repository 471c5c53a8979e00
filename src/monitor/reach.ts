import type { Clock } from '../core/clock.ts'
import { isJsonObject } from '../core/json.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { Entry, RecordStore } from '../records/record-store.ts'
import { hostNotice } from './job-notices.ts'
import type { JobEvent } from './job-monitor.ts'

/** Whether a destination answers. Kept once per destination, not in every record of its jobs, and shown in each of them. */
export interface Reach {
  readonly unreachableSince: number | undefined
  /** The breaker fell: written down with its notice, then told; once. */
  lost(since: number, why: string): Promise<void>
  /** It answers again; nothing to do where it always did. */
  found(): Promise<void>
}

export interface ReachOptions {
  readonly destination: string
  readonly store: RecordStore
  readonly clock: Clock
  entriesFor(notice: Notice): readonly Entry[]
  tell(event: JobEvent): void
}

const prefix = 'unreachable/'

export function openReach(options: ReachOptions, known: ReadonlyMap<string, number>): Reach {
  const { destination, store, clock, entriesFor, tell } = options
  let unreachableSince = known.get(destination)
  const entry = (value: Entry['value']): Entry => ({ kind: 'workspace', key: prefix + destination, value })
  return {
    get unreachableSince() {
      return unreachableSince
    },
    async lost(since, why) {
      if (unreachableSince !== undefined) return
      const notice = hostNotice('host-unreachable', destination, since, clock.now(), why)
      await store.put([entry({ since, why }), ...entriesFor(notice)])
      unreachableSince = since
      tell({ kind: 'unreachable', destination, since, why })
    },
    async found() {
      if (unreachableSince === undefined) return
      const notice = hostNotice('host-back', destination, unreachableSince, clock.now(), '')
      await store.put([entry(undefined), ...entriesFor(notice)])
      unreachableSince = undefined
      tell({ kind: 'reachable', destination })
    },
  }
}

/** Since when destinations do not answer, by name: for whoever reads a store without driving it. */
export async function readReach(store: RecordStore): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>()
  for await (const { key, value } of store.all('workspace', prefix))
    if (isJsonObject(value) && typeof value['since'] === 'number')
      known.set(key.slice(prefix.length), value['since'])
  return known
}

/** A job's record as it is shown: with what is known of its host. */
export function withReach(job: JobRecord, since: number | undefined): JobRecord {
  return since === undefined || ['succeeded', 'failed', 'cancelled'].includes(job.state.kind)
    ? job
    : { ...job, unreachableSince: since }
}
