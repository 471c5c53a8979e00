import type { Low } from 'lowdb'
import { remove } from '../core/system/files.ts'
import { changes, journaledChanges, type ChangeSource } from './changes.ts'
import { extendHistory, newHistory, type Change, type HistoryFile } from './history.ts'
import { readSnapshotHead, type Contents } from './snapshot.ts'
import { backupPath, historyPath, journalPath, storeFiles } from './store-files.ts'

/**
 * Writes the snapshot of a store whose journal has just begun a new generation; `source` is the history before it.
 * What the snapshot and the one before it (`.bak`) do not need any more is removed afterwards, never before.
 */
export async function writeSnapshot(
  low: Low<Contents>,
  source: ChangeSource,
  how: { readonly anew: boolean; readonly removeOld: () => boolean },
): Promise<void> {
  const before = low.data
  const history = await foldHistory(source, how.anew || source.removed.size > 0)
  low.data = { ...before, generation: source.end.generation + 1, last: source.end.last, history, old: false }
  try {
    await low.write()
  } catch (error) {
    low.data = before
    throw error
  }
  if (how.removeOld()) await removeUnneeded(source.folder, low.data)
}

async function foldHistory(source: ChangeSource, anew: boolean): Promise<HistoryFile | undefined> {
  const { folder, since } = source
  if (!anew && since.history) return extendHistory(folder, since.history, journaledChanges(source))
  const all = changes(source)
  const first = await firstChanges(all)
  if (!first) return undefined
  return newHistory(folder, (since.history?.number ?? 0) + 1, resumed(first, all))
}

/** The first portion that has any, so that a store without history gets no file for it. */
async function firstChanges(all: AsyncGenerator<readonly Change[]>): Promise<readonly Change[] | undefined> {
  for (;;) {
    const next = await all.next()
    if (next.done) return undefined
    if (next.value.length > 0) return next.value
  }
}

async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first
  yield* rest
}

async function removeUnneeded(folder: string, now: Contents): Promise<void> {
  // Without a snapshot before this one, all journals together are what it can be made from again.
  const before = await readSnapshotHead(backupPath(folder))
  const oldest = before?.generation ?? 1
  const { journals, histories, drafts } = await storeFiles(folder)
  const unneeded = [
    ...journals.filter((generation) => generation < oldest).map((number) => journalPath(folder, number)),
    ...histories
      .filter((number) => number !== now.history?.number && number !== before?.history?.number)
      .map((number) => historyPath(folder, number)),
    ...drafts,
  ]
  for (const path of unneeded) await remove(path)
}
