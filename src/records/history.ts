import { breather } from '../core/breather.ts'
import { parseJson, type Json } from '../core/json.ts'
import { openAppendFile } from '../core/system/append-file.ts'
import { publish } from '../core/system/publish.ts'
import { damaged, restoreFromBackup } from './damaged.ts'
import { parseHead } from './journal-line.ts'
import { migrationFrom, recordFormat, type Migration } from './migrate.ts'
import { readLines } from './read-lines.ts'
import { parseRecordLine, recordLine } from './record-line.ts'
import { seal } from './sealed-line.ts'
import { historyPath } from './store-files.ts'

/** Which file has the history up to the snapshot, and how many of its bytes count: more is from a snapshot that failed. */
export interface HistoryFile {
  readonly number: number
  readonly length: number
}

export interface Change {
  readonly key: string
  readonly text: string
}

/**
 * The changes in a history file whose keys begin with `prefix`, as many at a time as one reading gave. Of a line that has
 * not even its bytes nothing is parsed or checked: the history of one job costs little more than reading the file.
 */
export async function* readHistory(
  folder: string,
  file: HistoryFile,
  known?: readonly Migration[],
  prefix = '',
): AsyncGenerator<readonly Change[]> {
  const path = historyPath(folder, file.number)
  let migrate: 'same' | Migration['entry'] = 'same'
  const wanted = Buffer.from(JSON.stringify(prefix).slice(1, -1))
  let end = 0
  for await (const lines of readLines(path, undefined, file.length)) {
    const changes: Change[] = []
    for (const line of lines) {
      end = line.offset + line.bytes.length + 1
      if (line.number === 1) {
        const head = parseHead(line.bytes)
        if (!head) throw damaged(path, 1, 'it is not the head of a history', restoreFromBackup)
        migrate = migrationFrom(head.format, path, known)
        continue
      }
      if (line.whole && migrate === 'same' && !line.bytes.includes(wanted)) continue
      const record = line.whole ? parseRecordLine(line.bytes) : undefined
      if (!record) throw damaged(path, line.number, 'it is not what was written', restoreFromBackup)
      if (migrate === 'same') {
        if (record.key.startsWith(prefix)) changes.push(record)
        continue
      }
      const entry = migrate({ kind: 'change', key: record.key, value: parseJson(record.text) })
      if (entry?.key.startsWith(prefix)) changes.push({ key: entry.key, text: JSON.stringify(entry.value) })
    }
    yield changes
  }
  if (end < file.length) throw damaged(path, 1, 'the file ends too early', restoreFromBackup)
}

/** Adds changes at the end; what stood behind `length` goes. Nothing counts before a snapshot names the new length. */
export async function extendHistory(
  folder: string,
  { number, length }: HistoryFile,
  changes: AsyncIterable<readonly Change[]>,
): Promise<HistoryFile> {
  const file = await openAppendFile(historyPath(folder, number))
  let end = length
  try {
    await file.truncate(length)
    for await (const some of changes) {
      const bytes = Buffer.from(lines(some))
      await file.append(bytes)
      end += bytes.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { number, length: end }
}

/** Writes a history anew, under a number of its own: the snapshot before still names the old one. */
export async function newHistory(
  folder: string,
  number: number,
  changes: AsyncIterable<readonly Change[]>,
): Promise<HistoryFile> {
  let length = 0
  async function* slices() {
    const breathe = breather()
    const head = `${seal(`{"format":${recordFormat},"journal":${number}`)}\n`
    length += head.length
    yield head
    for await (const some of changes) {
      const slice = lines(some)
      length += Buffer.byteLength(slice)
      yield slice
      await breathe()
    }
  }
  await publish(historyPath(folder, number), slices())
  return { number, length }
}

function lines(changes: readonly Change[]): string {
  return changes.map(({ key, text }) => `${recordLine('change', key, text)}\n`).join('')
}

export function changeValue(change: Change): { readonly key: string; readonly value: Json } {
  return { key: change.key, value: parseJson(change.text) }
}
