import { jobKey, signature, workspaceId, type JobKey } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { JobRequest } from '../../src/monitor/job-monitor.ts'
import type { MonitorSettings } from '../../src/monitor/monitor-settings.ts'
import { openMonitor, type MonitorOptions, type OpenMonitor } from '../../src/monitor/open-monitor.ts'
import type { Outbox } from '../../src/monitor/outbox.ts'
import type { DestinationLimits } from '../../src/monitor/station.ts'
import type { LogSettings } from '../../src/pipeline/log-settings.ts'
import { memoryStore } from '../../src/records/memory.ts'
import type { RecordStore } from '../../src/records/record-store.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'
import {
  scriptedRunner,
  type ScriptedOptions,
  type ScriptedRunner,
} from '../../src/testing/scripted-runner.ts'
import { virtualClock, type VirtualClock } from '../../src/testing/virtual-clock.ts'

export const spec: JobSpec = {
  run: { kind: 'command', words: [['true']] },
  staged: [],
  variables: {},
  environment: {},
  outputs: {},
  resources: {},
  load: [],
}

/** Keeps notices on disk as the real one does, and delivers nothing. */
export const quietOutbox: Outbox = {
  entriesFor: (notice) => [
    { kind: 'notice', key: notice.id, value: { event: notice.event, about: notice.about } },
  ],
  poke() {},
  close: () => Promise.resolve(),
}

export interface Bench {
  readonly clock: VirtualClock
  readonly store: RecordStore
  readonly host: ScriptedRunner
  open(more?: Partial<MonitorOptions>): Promise<OpenMonitor>
}

export interface BenchOptions {
  readonly store?: RecordStore
  readonly limits?: DestinationLimits
  readonly start?: ScriptedOptions['start']
  readonly settings?: Partial<MonitorSettings>
  /** Of the destination. */
  readonly logs?: LogSettings
}

/** A store, a host and a clock that outlive the monitors opened over them. */
export function bench(options: BenchOptions = {}): Bench {
  const clock = virtualClock()
  const store = options.store ?? memoryStore()
  const host = scriptedRunner({ clock, ...(options.start ? { start: options.start } : {}) })
  const here = {
    name: 'here',
    runner: host,
    limits: options.limits ?? {},
    ...(options.logs && { logs: options.logs }),
  }
  return {
    clock,
    store,
    host,
    open: (more) =>
      openMonitor({
        store,
        clock,
        workspace: workspaceId('w'),
        logger: silent,
        outbox: quietOutbox,
        destinations: new Map([['here', here]]),
        logFolder: '/nonexistent',
        settings: { closeGrace: 0, ...options.settings },
        ...more,
      }),
  }
}

export function request(name: string, more: Partial<JobRequest> = {}): JobRequest {
  return {
    key: jobKey(name),
    signature: signature(name),
    name,
    destination: 'here',
    spec,
    retry: [],
    log: [],
    ...more,
  }
}

export const key = (name: string): JobKey => jobKey(name)

export async function kindOf(monitor: OpenMonitor, name: string): Promise<string | undefined> {
  return (await monitor.get(key(name)))?.state.kind
}

/** What the outbox was given and has not delivered. */
export async function notices(store: RecordStore): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const { key: id, value } of store.all('notice')) keys.push(`${id} ${JSON.stringify(value)}`)
  return keys
}
