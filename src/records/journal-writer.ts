import { remove } from '../core/system/files.ts'
import { openGeneration } from './generation-file.ts'
import { groupLine, type TextEntry } from './journal-line.ts'
import { journalPath } from './store-files.ts'

/** Where a journal ends. */
export interface JournalEnd {
  readonly generation: number
  /** Bytes of that generation that are good; 0 where even its head is not whole. */
  readonly length: number
  /** The number of the last group. */
  readonly last: number
}

/** The end of a journal: what is appended there is safe, or gone. */
export interface JournalWriter extends JournalEnd {
  /** The end of the generation before, when the present one was begun here. */
  readonly before: JournalEnd | undefined
  /** Appends groups with one write and one sync. When it rejects, none of them is in the file, now or later. */
  append(groups: readonly (readonly TextEntry[])[]): Promise<void>
  /** Begins the next generation. When it rejects, the present one goes on. */
  rotate(): Promise<void>
  close(): Promise<void>
}

/** `mayWrite` is asked before each write, and rejects where it may not be. */
export async function journalWriter(
  folder: string,
  end: JournalEnd,
  mayWrite: () => Promise<void> = () => Promise.resolve(),
): Promise<JournalWriter> {
  let file = await openGeneration(folder, end.generation, end.length)
  let last = end.last
  let before: JournalEnd | undefined
  return {
    get generation() {
      return file.generation
    },
    get length() {
      return file.length
    },
    get last() {
      return last
    },
    get before() {
      return before
    },
    async append(groups) {
      await mayWrite()
      await file.append(groups.map((entries, index) => groupLine(last + 1 + index, entries)).join(''))
      last += groups.length
    },
    async rotate() {
      await mayWrite()
      const old = file
      await old.clean()
      file = await beginGeneration(folder, old.generation + 1)
      before = { generation: old.generation, length: old.length, last }
      await old.close()
    },
    close: () => file.close(),
  }
}

async function beginGeneration(folder: string, generation: number) {
  const path = journalPath(folder, generation)
  await remove(path) // an attempt that failed may have left one, without groups
  try {
    return await openGeneration(folder, generation, 0)
  } catch (error) {
    await remove(path).catch(() => {})
    throw error
  }
}
