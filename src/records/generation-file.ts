import { dirname } from 'node:path'
import { openAppendFile } from '../core/system/append-file.ts'
import { syncFolder } from '../core/system/publish.ts'
import { headLine } from './journal-line.ts'
import { journalPath } from './store-files.ts'

/** One generation of the journal, open at its end. */
export interface GenerationFile {
  readonly generation: number
  /** Bytes that are safe. */
  readonly length: number
  /** Appends and syncs. When it rejects, nothing of it is in the file, now or later. */
  append(text: string): Promise<void>
  /** Takes what was refused out of the file; rejects while that cannot be done. */
  clean(): Promise<void>
  close(): Promise<void>
}

/** Opens a generation whose first `length` bytes are good: what a crash left behind them goes. 0 begins it anew. */
export async function openGeneration(
  folder: string,
  generation: number,
  good: number,
): Promise<GenerationFile> {
  const file = await openAppendFile(journalPath(folder, generation))
  let length = good
  let unclean = true // whether bytes that were refused may stand behind the good ones
  const clean = async () => {
    if (!unclean) return
    await file.truncate(length)
    await file.sync()
    unclean = false
  }
  const append = async (text: string) => {
    await clean() // nothing goes behind a torn line, which would make it damage: while this fails, every append does
    const bytes = Buffer.from(text)
    unclean = true
    try {
      await file.append(bytes)
      await file.sync()
    } catch (error) {
      await clean().catch(() => {})
      throw error
    }
    unclean = false
    length += bytes.length
  }
  const close = async () => {
    await clean().catch(() => {})
    await file.close()
  }
  try {
    await clean()
    if (length === 0) await append(headLine(generation))
    await syncFolder(dirname(file.path))
  } catch (error) {
    await file.close()
    throw error
  }
  return {
    generation,
    get length() {
      return length
    },
    append,
    clean,
    close,
  }
}
