import type { Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import { statIfThere } from '../core/system/files.ts'
import type { Wait } from '../modules/module-type.ts'
import type { RecordStore } from '../records/record-store.ts'

/** Watches what modules wait for that is no job (rule R10): deadlines against the clock, files by looking. */
export interface Waits {
  /** Keeps the wait under its key, durable; gives the one that was kept first. */
  hold(key: JobKey, wait: Wait): Promise<Wait>
  isOver(wait: Wait): Promise<boolean>
  close(): void
}

const lookEvery = 1000

export function openWaits(options: { store: RecordStore; clock: Clock; over(key: JobKey): void }): Waits {
  const { store, clock, over } = options
  const held = new Map<JobKey, Wait>()
  let timer: unknown
  let closed = false

  const isOver = async (wait: Wait) =>
    wait.kind === 'until' ? clock.now() >= wait.time : (await statIfThere(wait.path)) !== undefined
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
      const first = kept === undefined ? wait : asWait(key, kept)
      if (kept === undefined) await store.put([{ kind: 'wait', key, value: { ...wait } }])
      held.set(key, first)
      arm()
      return first
    },
    isOver,
    close() {
      closed = true
      clock.clearTimeout(timer)
    },
  }
}

function asWait(key: string, value: unknown): Wait {
  if (isJsonObject(value)) {
    const { kind, time, path } = value
    if (kind === 'until' && typeof time === 'number') return { kind, time }
    if (kind === 'file' && typeof path === 'string') return { kind, path }
  }
  throw new AbeyanceError('workspace-damaged', `the wait record ${key} cannot be read; retry its module`)
}
