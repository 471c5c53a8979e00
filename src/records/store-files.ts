import { join } from 'node:path'
import { isMissing, readFolder } from '../core/system/files.ts'

/** Names in the folder of a store. */
export const snapshotPath = (folder: string) => join(folder, 'records.json')
export const backupPath = (folder: string) => join(folder, 'records.json.bak')
export const journalPath = (folder: string, generation: number) => join(folder, `journal-${generation}.jsonl`)
export const historyPath = (folder: string, number: number) => join(folder, `history-${number}.jsonl`)
export const lockFolder = (folder: string) => join(folder, 'lock')

export interface StoreFiles {
  /** Numbers in ascending order. */
  readonly journals: readonly number[]
  readonly histories: readonly number[]
  /** Paths of what a kill left half written. */
  readonly drafts: readonly string[]
}

export async function storeFiles(folder: string): Promise<StoreFiles> {
  const names = await namesIn(folder)
  const numbers = (pattern: RegExp) =>
    names
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  return {
    journals: numbers(/^journal-(\d+)\.jsonl$/),
    histories: numbers(/^history-(\d+)\.jsonl$/),
    drafts: names.filter((name) => name.endsWith('.tmp')).map((name) => join(folder, name)),
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readFolder(folder)).map((entry) => entry.name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
