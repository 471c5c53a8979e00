import { messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { JournalWriter } from './journal-writer.ts'
import type { LoadedStore } from './load-store.ts'
import type { Migration } from './migrate.ts'
import { snapshotPath } from './store-files.ts'
import { writeSnapshot } from './write-snapshot.ts'

/** Writes the snapshot when the journal has grown by as much as that costs; one at a time, beside all other work. */
export interface SnapshotKeeper {
  /** To be called after each commit. */
  grown(): void
  /** Writes one now. */
  take(how: { readonly anew: boolean }): Promise<void>
  /** Waits for one that is on its way, and writes a last one where that is cheap beside what it spares the next opener. */
  close(): Promise<void>
}

export interface KeeperSettings {
  readonly folder: string
  readonly loaded: LoadedStore
  readonly journal: JournalWriter
  readonly queue: CommitQueue
  readonly logger: Logger
  readonly known: readonly Migration[] | undefined
  /** Bytes of journal, at least. */
  readonly snapshotAfter: number
  /** Whether nobody reads files that a new snapshot makes unneeded. */
  readonly unread: () => boolean
}

export async function snapshotKeeper(settings: KeeperSettings): Promise<SnapshotKeeper> {
  const { folder, loaded, journal, logger, snapshotAfter } = settings
  let size = await sizeOf(folder)
  let ended = loaded.journaled - journal.length // bytes of the generations before the present one
  let again = 0 // after a failure: how long the journal must be before it is tried once more
  let running: Promise<void> | undefined
  const take = async (how: { readonly anew: boolean }) => {
    await fold(settings, how.anew, (bytes) => (ended += bytes))
    ended = 0
    size = await sizeOf(folder)
  }
  const start = async () => {
    try {
      await take({ anew: false })
      again = 0
    } catch (error) {
      again = 2 * (ended + journal.length)
      logger.warn({ folder, error: messageOf(error) }, 'no snapshot could be written; the journal goes on')
    } finally {
      running = undefined
    }
  }
  return {
    grown() {
      if (ended + journal.length > Math.max(snapshotAfter, size / 2, again)) running ??= start()
    },
    take,
    async close() {
      await running
      const journaled = ended + journal.length
      if (journal.last > loaded.low.data.last && journaled > size / 8) await start()
    },
  }
}

async function fold(
  { folder, loaded, journal, queue, known, unread }: KeeperSettings,
  anew: boolean,
  rotated: (bytes: number) => void,
): Promise<void> {
  await queue.rotate()
  const end = journal.before
  if (!end) return
  rotated(end.length)
  const { low, removed } = loaded
  const source = { folder, since: low.data, end, removed: new Map(removed), known }
  await writeSnapshot(low, source, { anew, removeOld: unread })
  for (const [key, n] of source.removed) if (removed.get(key) === n) removed.delete(key)
}

async function sizeOf(folder: string): Promise<number> {
  return Number((await statIfThere(snapshotPath(folder)))?.size ?? 0)
}
