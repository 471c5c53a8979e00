import type { Clock } from '../core/clock.ts'
import type { JobKey } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { ExistingJob, Wait } from '../modules/module-type.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { Runner } from '../runners/runner.ts'
import { watchExistingJobs, type ExistingJobs } from './existing-jobs.ts'
import { readWait } from './read-wait.ts'

/** Watches what modules wait for that is no job of ours (rule R10): deadlines against the clock, files by looking, existing jobs by asking their scheduler. */
export interface Waits {
  /** Keeps the wait under its key, durable; gives the one that was kept first. */
  hold(key: JobKey, wait: Wait): Promise<Wait>
  isOver(wait: Wait): Promise<boolean>
  close(): void
}

const lookEvery = 1000

export function openWaits(options: {
  store: RecordStore
  clock: Clock
  logger: Logger
  signal: AbortSignal
  runnerOf(destination: string): Runner | undefined
  over(key: JobKey): void
}): Waits {
  const { store, clock, over } = options
  const held = new Map<JobKey, Exclude<Wait, ExistingJob>>()
  const jobs: ExistingJobs = watchExistingJobs({
    ...options,
    keep: (key, job) => store.put([{ kind: 'wait', key, value: job }]),
  })
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
    async hold(key, wait) {
      const kept = await store.get({ kind: 'wait', key })
      const first = kept === undefined ? wait : readWait(key, kept)
      if (kept === undefined) await store.put([{ kind: 'wait', key, value: { ...wait } }])
      if (first.kind === 'existing-job') return jobs.hold(key, first)
      held.set(key, first)
      arm()
      return first
    },
    isOver,
    close() {
      closed = true
      jobs.close()
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
      return wait.end !== undefined
  }
}
