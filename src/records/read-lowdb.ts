import { isAbeyanceError } from '../core/error.ts'
import { stat } from '../core/system/files.ts'
import { changes } from './changes.ts'
import { changeValue, type Change } from './history.ts'
import { damaged, restoreFromBackup } from './damaged.ts'
import type { JournalEnd } from './journal-writer.ts'
import { applyGroup, loadStore, type LoadedStore } from './load-store.ts'
import { readJournal } from './read-journal.ts'
import type { Entry, RecordStore } from './record-store.ts'
import { readSnapshotHead } from './snapshot.ts'
import { storeClosed } from './store-closed.ts'
import { journalPath, snapshotPath, storeFiles } from './store-files.ts'

/** Records as they stood on disk at the last refresh, beside whoever drives. */
export interface RecordReader extends Pick<RecordStore, 'get' | 'all' | 'close'> {
  /** Reads what was added since; the cost is that of what is new. */
  refresh(): Promise<void>
  /** Calls back with each group that a refresh found, or with `anew` where all was read again. Returns what stops it. */
  heed(heard: (news: RecordNews) => void): () => void
}

export type RecordNews =
  { readonly kind: 'group'; readonly entries: readonly Entry[] } | { readonly kind: 'anew' }

/** Opens a lowdb store to read: no lock, nothing is written, any number at a time (rule R11). */
export async function readLowdbStore(folder: string): Promise<RecordReader> {
  let loaded = await settled(() => loadStore(folder))
  let turn: Promise<void> = Promise.resolve()
  let open = true
  const heeding = new Set<(news: RecordNews) => void>()
  const tell = (news: RecordNews) => heeding.forEach((heard) => heard(news))
  const check = () => {
    if (!open) throw storeClosed()
  }
  const refresh = async () => {
    try {
      await readOn(folder, loaded, tell)
    } catch {
      // The driver took back what it could not sync, or its files went on past ours: all is read again.
      loaded = await settled(() => loadStore(folder))
      tell({ kind: 'anew' })
    }
  }
  const history = (prefix?: string) => settled(() => readHistoryNow(folder, loaded, prefix), refresh)
  return {
    refresh() {
      check()
      const next = turn.then(refresh)
      turn = next.catch(() => {}) // whoever asked hears of it
      return next
    },
    heed(heard) {
      heeding.add(heard)
      return () => heeding.delete(heard)
    },
    async get(id) {
      check()
      if (id.kind !== 'change') return loaded.low.data.table.get(id)
      const change = (await history(id.key)).find(({ key }) => key === id.key)
      return change && changeValue(change).value
    },
    async *all(kind, prefix) {
      check()
      if (kind === 'change') for (const change of await history(prefix)) yield changeValue(change)
      else yield* loaded.low.data.table.all(kind, prefix)
    },
    async close() {
      open = false
    },
  }
}

const mostAttempts = 5

/** A driver that writes a snapshot between two readings of ours takes files away: then it is tried again, from the new one. */
async function settled<T>(act: () => Promise<T>, between?: () => Promise<void>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      const passing = isAbeyanceError(error, 'missing-file') || isAbeyanceError(error, 'workspace-damaged')
      if (!passing || attempt === mostAttempts) throw error
      await between?.()
    }
  }
}

async function readOn(folder: string, loaded: LoadedStore, tell: (news: RecordNews) => void): Promise<void> {
  const { journals } = await storeFiles(folder)
  const newest = Math.max(loaded.end.generation, ...journals)
  // What was appended to a generation before the next began is there by now, since the next was seen first.
  for (let generation = loaded.end.generation; generation <= newest; generation++) {
    const from =
      generation === loaded.end.generation
        ? loaded.end
        : { generation, length: 0, last: loaded.end.last, line: 1 }
    await checkStillThere(folder, from)
    for await (const { groups, end } of readJournal(folder, generation, from.last, { from })) {
      for (const group of groups) applyGroup(loaded.low.data, loaded.removed, group)
      loaded.end = end
      for (const { entries } of groups) tell({ kind: 'group', entries })
    }
  }
}

/** A journal that is gone, or shorter than what we read of it, is not ours any more. */
async function checkStillThere(folder: string, { generation, length }: JournalEnd): Promise<void> {
  const path = journalPath(folder, generation)
  if ((await stat(path)).size < length) throw damaged(path, 1, 'it was cut', restoreFromBackup)
}

/** From the files that the present snapshot names: those of an older one may be gone. */
async function readHistoryNow(
  folder: string,
  { low, end, removed }: LoadedStore,
  prefix?: string,
): Promise<readonly Change[]> {
  const since = (await readSnapshotHead(snapshotPath(folder))) ?? low.data
  const removedSince = new Map([...removed].filter(([, n]) => n > since.last))
  const found: Change[] = []
  const source = { folder, since, end, removed: removedSince, known: undefined }
  for await (const some of changes(source, prefix)) found.push(...some)
  return found
}
