import { AbeyanceError } from '../core/error.ts'
import { silent, type Logger } from '../core/logger.ts'
import { takeLock, type ProcessLock } from '../core/process-lock.ts'
import { makeFolder } from '../core/system/files.ts'
import { historyReader, type HistoryReader } from './changes.ts'
import { commitQueue, type CommitQueue } from './commit-queue.ts'
import { journalWriter } from './journal-writer.ts'
import type { TextEntry } from './journal-line.ts'
import { loadStore, type LoadedStore } from './load-store.ts'
import type { Migration } from './migrate.ts'
import type { Entry, RecordStore } from './record-store.ts'
import { snapshotKeeper } from './snapshot-keeper.ts'
import { storeClosed } from './store-closed.ts'
import { lockFolder } from './store-files.ts'

export interface LowdbStoreOptions {
  readonly logger?: Logger | undefined
  /** Takes the store from a holder on another host that is gone for good. */
  readonly takeOver?: boolean | undefined
  /** Bytes of journal after which the snapshot is written again, at least; it is also never written before it would grow by half. */
  readonly snapshotAfter?: number | undefined
  /** Ways from older formats, for tests; ours when not given. */
  readonly migrations?: readonly Migration[] | undefined
}

/**
 * Records in a folder: `records.json` is lowdb's, readable and rewritten now and then; each change is first appended to
 * a journal and synced, so that its cost does not grow with the number of records. History stays on disk.
 *
 * Throws `workspace-held`, `workspace-damaged`, `newer-format`, `not-writable`, `disk-full`.
 */
export async function lowdbStore(folder: string, options: LowdbStoreOptions = {}): Promise<RecordStore> {
  await makeFolder(folder)
  const lock = await takeLock(lockFolder(folder), {
    what: `the record store ${folder}`,
    takeOver: options.takeOver,
  })
  try {
    return face(await assemble(folder, options, lock))
  } catch (error) {
    await lock.release()
    throw error
  }
}

const usualSnapshotAfter = 4 * 1024 * 1024

interface Parts {
  readonly loaded: LoadedStore
  readonly queue: CommitQueue
  readonly history: HistoryReader
  readonly close: () => Promise<void>
}

async function assemble(folder: string, options: LowdbStoreOptions, lock: ProcessLock): Promise<Parts> {
  const known = options.migrations
  const loaded = await loadStore(folder, known)
  const { low, removed } = loaded
  const journal = await journalWriter(folder, loaded.end, () => assertHeld(folder, lock))
  const queue = commitQueue(journal, (entries, n) => {
    for (const { kind, key, text } of entries) {
      if (kind !== 'change') low.data.table.set({ kind, key }, text)
      else if (text === undefined) removed.set(key, n)
    }
    keeper.grown()
  })
  const history = historyReader(() => {
    const { generation, length, last } = journal
    return { folder, since: low.data, end: { generation, length, last }, removed, known }
  })
  const keeper = await snapshotKeeper({
    folder,
    loaded,
    journal,
    queue,
    known,
    logger: options.logger ?? silent,
    snapshotAfter: options.snapshotAfter ?? usualSnapshotAfter,
    unread: () => history.idle,
  })
  const close = async () => {
    try {
      await queue.idle()
      await keeper.close()
      await journal.close()
    } finally {
      await lock.release()
    }
  }
  try {
    if (loaded.old) await keeper.take({ anew: true })
  } catch (error) {
    await journal.close()
    throw error
  }
  return { loaded, queue, history, close }
}

/** A holder that was taken for dead and goes on writes nothing over what its successor wrote (rule R11). */
async function assertHeld(folder: string, lock: ProcessLock): Promise<void> {
  if (await lock.held()) return
  throw new AbeyanceError(
    'workspace-held',
    `the record store ${folder} was taken over by another process: nothing is written from here any more; close it`,
  )
}

function face({ loaded: { low }, queue, history, close }: Parts): RecordStore {
  let closing: Promise<void> | undefined
  const check = () => {
    if (closing) throw storeClosed()
  }
  const put = async (entries: readonly TextEntry[]) => {
    check()
    if (entries.length > 0) await queue.put(entries)
  }
  return {
    put: async (entries) => put(entries.map(textEntry)),
    async get(id) {
      check()
      if (id.kind !== 'change') return low.data.table.get(id)
      for await (const { key, value } of history.read(id.key)) if (key === id.key) return value
      return undefined
    },
    async *all(kind, prefix) {
      check()
      const records = kind === 'change' ? history.read(prefix) : low.data.table.all(kind, prefix)
      for await (const record of records) {
        check()
        yield record
      }
    },
    remove: (ids) => put(ids.map(({ kind, key }) => ({ kind, key, text: undefined }))),
    close: () => (closing ??= close()),
  }
}

/** Text at once: what the caller changes afterwards is not ours, and a snapshot needs no values. */
function textEntry({ kind, key, value }: Entry): TextEntry {
  return { kind, key, text: value === undefined ? undefined : JSON.stringify(value) }
}
