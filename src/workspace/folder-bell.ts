import type { Clock } from '../core/clock.ts'
import { watchFolder } from '../core/system/files.ts'

/** Rings when something in a folder may have changed, and now and then in any case: watchers miss things on network disks. */
export interface FolderBell {
  /** Resolves at the first ring since this was last asked for; at once after `close`. */
  rung(): Promise<void>
  close(): void
}

export function folderBell(folder: string, clock: Clock, everyMilliseconds: number): FolderBell {
  let pending = false
  let open = true
  let waiter: (() => void) | undefined
  const ring = () => {
    pending = true
    waiter?.()
  }
  const stop = watch(folder, ring)
  return {
    async rung() {
      if (open && !pending) {
        const timer = clock.setTimeout(ring, everyMilliseconds)
        await new Promise<void>((resolve) => (waiter = resolve))
        clock.clearTimeout(timer)
        waiter = undefined
      }
      pending = false
    },
    close() {
      open = false
      stop()
      ring()
    },
  }
}

function watch(folder: string, changed: () => void): () => void {
  try {
    return watchFolder(folder, changed)
  } catch {
    return () => {} // the system has no watcher left: then it is only now and then
  }
}
