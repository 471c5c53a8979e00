import type { Clock } from '../core/clock.ts'
import type { JobKey } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { AskedWait } from '../modules/asked-wait.ts'
import type { ExistingJob, Wait } from '../modules/module-type.ts'
import type { Outbox } from '../monitor/outbox.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Runner } from '../runners/runner.ts'
import { openAsks, type Asks } from './asks.ts'
import { watchExistingJobs, type ExistingJobs } from './existing-jobs.ts'
import { readWait } from './read-wait.ts'

/** Watches what modules wait for that is no job of ours (rule R10): deadlines against the clock, files by looking, existing jobs by asking their scheduler, and what somebody answers by being told. */
export interface Waits {
  /** Keeps the wait under its key, durable; gives the one that was kept first. */
  hold(key: JobKey, wait: Wait, run: Pick<RunRecord, 'id' | 'name'>): Promise<Wait>
  isOver(wait: Wait): Promise<boolean>
  answer: Asks['answer']
  close(): void
}

const lookEvery = 1000

export function openWaits(options: {
  store: RecordStore
  outbox: Outbox
  tokenKey: string
  clock: Clock
  logger: Logger
  signal: AbortSignal
  runnerOf(destination: string): Runner | undefined
  over(key: JobKey): void
}): Waits {
  const { store, clock, over } = options
  const held = new Map<JobKey, Exclude<Wait, ExistingJob | AskedWait>>()
  const jobs: ExistingJobs = watchExistingJobs({
    ...options,
    keep: (key, job) => store.put([{ kind: 'wait', key, value: job }]),
  })
  const asks = openAsks(options)
  let timer: unknown
  let closed = false

  const isOver = (wait: Wait) => isOverAt(clock.now(), wait)
  const sweep = async () => {
    for (const [key, wait] of held) {
      if (!(await isOver(wait).catch(() => false))) continue // a folder that cannot be read now is looked at again
      held.delete(key)
      over(key)
    }
    arm()
  }
  const arm = () => {
    clock.clearTimeout(timer)
    if (closed || held.size === 0) return
    const soonest = Math.min(
      ...[...held.values()].map((wait) => (wait.kind === 'until' ? wait.time - clock.now() : lookEvery)),
    )
    // Never asleep for long: a clock that jumps is met at the next look (rule M5).
    timer = clock.setTimeout(() => void sweep(), Math.min(Math.max(soonest, 10), lookEvery))
  }
  return {
    async hold(key, wait, run) {
      if (wait.kind === 'approval' || wait.kind === 'token') return asks.hold(key, wait, run)
      const kept = await store.get({ kind: 'wait', key })
      const first = kept === undefined ? wait : readWait(key, kept)
      if (kept === undefined) await store.put([{ kind: 'wait', key, value: { ...wait } }])
      if (first.kind === 'existing-job') return jobs.hold(key, first)
      if (first.kind === 'approval' || first.kind === 'token') return first // its module was of another type once
      held.set(key, first)
      arm()
      return first
    },
    isOver,
    answer: asks.answer,
    close() {
      closed = true
      jobs.close()
      asks.close()
      clock.clearTimeout(timer)
    },
  }
}

async function isOverAt(now: number, wait: Wait): Promise<boolean> {
  switch (wait.kind) {
    case 'until':
      return now >= wait.time
    case 'file':
      return (await statIfThere(wait.path)) !== undefined
    case 'existing-job':
    case 'approval':
    case 'token':
      return wait.end !== undefined
  }
}
