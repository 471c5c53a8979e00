import { Low } from 'lowdb'
import type { Group } from './journal-line.ts'
import type { JournalEnd } from './journal-writer.ts'
import { damaged, restoreFromBackup } from './damaged.ts'
import type { Migration } from './migrate.ts'
import { readJournal } from './read-journal.ts'
import { emptyContents, snapshotAdapter, type Contents } from './snapshot.ts'
import { backupPath, journalPath, snapshotPath, storeFiles } from './store-files.ts'

/** A store as it stands on disk. */
export interface LoadedStore {
  readonly low: Low<Contents>
  /** Where the journal ends, and the line that comes next. */
  end: JournalEnd & { readonly line: number }
  /** History that was removed since the snapshot, by key: the group that removed it. */
  readonly removed: Map<string, number>
  /** Bytes of journal that the snapshot does not have. */
  readonly journaled: number
  /** Whether something was read in an older format. */
  readonly old: boolean
}

/** Reads the snapshot and replays the journals since. Throws `workspace-damaged`, `newer-format`. */
export async function loadStore(folder: string, known?: readonly Migration[]): Promise<LoadedStore> {
  const low = new Low<Contents>(snapshotAdapter(folder, known), emptyContents())
  await low.read()
  const { generation, last } = low.data
  const generations = await generationsSince(folder, generation)
  const removed = new Map<string, number>()
  let end: LoadedStore['end'] = { generation, length: 0, last, line: 1 }
  let journaled = 0
  let old = low.data.old
  let tornAt: number | undefined
  for (const each of generations) {
    if (tornAt === undefined) end = { generation: each, length: 0, last: end.last, line: 1 }
    for await (const piece of readJournal(folder, each, end.last, { known })) {
      if (tornAt !== undefined && piece.groups.length > 0) {
        throw damaged(journalPath(folder, end.generation), tornAt, 'it ends too early', restoreFromBackup)
      }
      if (tornAt !== undefined) break
      for (const group of piece.groups) applyGroup(low.data, removed, group)
      end = piece.end
      old ||= piece.old
      if (piece.torn) tornAt = piece.end.line
    }
    journaled += end.generation === each ? end.length : 0
  }
  return { low, end, removed, journaled, old }
}

/** History stays on disk: only what removed some is remembered. */
export function applyGroup({ table }: Contents, removed: Map<string, number>, group: Group): void {
  for (const { kind, key, value } of group.entries) {
    if (kind !== 'change') table.set({ kind, key }, value === undefined ? undefined : JSON.stringify(value))
    else if (value === undefined) removed.set(key, group.n)
  }
}

/** The generations that are to be replayed: none may lack. */
async function generationsSince(folder: string, first: number): Promise<readonly number[]> {
  const { journals } = await storeFiles(folder)
  const since = journals.filter((generation) => generation >= first)
  const gap = since.findIndex((generation, index) => generation !== first + index)
  const [path, backup] = [snapshotPath(folder), backupPath(folder)]
  const isNew = first === 1 && journals.length === 0
  if (gap === -1 && (since.length > 0 || isNew)) return since
  const advice = `put it back, or, where ${path} is missing or older, \`mv ${backup} ${path}\``
  throw damaged(journalPath(folder, first + Math.max(gap, 0)), 1, 'the file is missing', advice)
}
