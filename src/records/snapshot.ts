import type { Adapter } from 'lowdb'
import { breather } from '../core/breather.ts'
import { isJsonObject, parseJson, type Json } from '../core/json.ts'
import { link, remove, statIfThere } from '../core/system/files.ts'
import { publish } from '../core/system/publish.ts'
import { readableText } from './compact-text.ts'
import { damaged } from './damaged.ts'
import type { HistoryFile } from './history.ts'
import { migrationFrom, recordFormat, type Migration } from './migrate.ts'
import { readLines, type Line } from './read-lines.ts'
import { parseRecordLine, recordLine, type TextRecord } from './record-line.ts'
import { recordKinds } from './record-store.ts'
import { recordTable, type RecordTable } from './record-table.ts'
import { seal, unseal } from './sealed-line.ts'
import { backupPath, snapshotPath } from './store-files.ts'

/** What lowdb holds: the records, and where in the journal they stand. */
export interface Contents {
  readonly table: RecordTable
  /** The first generation of the journal that is not in the snapshot, and the last group that is. */
  readonly generation: number
  readonly last: number
  readonly history: HistoryFile | undefined
  /** Whether it was read in an older format. */
  readonly old: boolean
}

export const emptyContents = (): Contents => ({
  table: recordTable(),
  generation: 1,
  last: 0,
  history: undefined,
  old: false,
})

/**
 * lowdb's adapter: JSON with one record a line, so that a person can read and grep it, each line with its checksum.
 * It is written in slices: the event loop turns between them, and records may change meanwhile, since the journal
 * since `generation` has those changes and is replayed over it. The snapshot before stays as `.bak`.
 */
export function snapshotAdapter(folder: string, known?: readonly Migration[]): Adapter<Contents> {
  const path = snapshotPath(folder)
  return {
    async read() {
      return (await statIfThere(path)) ? readSnapshot(folder, known) : null
    },
    async write(contents) {
      if (await statIfThere(path)) {
        await remove(backupPath(folder))
        await link(path, backupPath(folder))
      }
      await publish(path, slices(contents))
    },
  }
}

export type SnapshotHead = Omit<Contents, 'table' | 'old'> & { readonly format: number }

/** The head of a snapshot, or undefined where there is none that can be read. */
export async function readSnapshotHead(path: string): Promise<SnapshotHead | undefined> {
  if (!(await statIfThere(path))) return undefined
  for await (const lines of readLines(path)) return lines[0] && parseHead(lines[0])
  return undefined
}

const sliceLength = 64 * 1024
const opening = '{"head":'
const afterHead = ',"records":['

async function* slices(contents: Contents): AsyncGenerator<string> {
  const { table, generation, last, history } = contents
  const kept = history ? `{"number":${history.number},"length":${history.length}}` : 'null'
  const head = seal(`{"format":${recordFormat},"generation":${generation},"last":${last},"history":${kept}`)
  const breathe = breather()
  let slice = `${opening}${head}${afterHead}`
  let count = 0
  for (const kind of recordKinds) {
    for (const key of table.keys(kind)) {
      const text = table.text(kind, key)
      if (text === undefined) continue
      slice += `${count++ === 0 ? '' : ','}\n${recordLine(kind, key, readableText(text))}`
      if (slice.length < sliceLength) continue
      yield slice
      await breathe()
      slice = ''
    }
  }
  yield `${slice}\n],"end":${seal(`{"count":${count}`)}}\n`
}

async function readSnapshot(folder: string, known: readonly Migration[] | undefined): Promise<Contents> {
  const path = snapshotPath(folder)
  const table = recordTable()
  const advice = await adviceFor(folder)
  let head: SnapshotHead | undefined
  let migrate: 'same' | Migration['entry'] = 'same'
  let count = 0
  let ended = false
  let number = 1
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      number = line.number
      if (!head) {
        head = parseHead(line)
        if (!head) throw damaged(path, number, 'it is not the head of a snapshot', advice)
        migrate = migrationFrom(head.format, path, known)
        continue
      }
      const record = ended || !line.whole ? undefined : parseRecordLine(withoutComma(line.bytes))
      if (record) keep(table, record, migrate)
      else if (ended || !line.whole || !isEnd(line.bytes, count)) {
        throw damaged(path, number, 'it is not what was written', advice)
      } else ended = true
      count += 1
    }
  }
  if (!head || !ended) throw damaged(path, number, 'the file ends too early', advice)
  const { generation, last, history } = head
  return { table, generation, last, history, old: migrate !== 'same' }
}

function keep(table: RecordTable, record: TextRecord, migrate: 'same' | Migration['entry']): void {
  if (migrate === 'same') return table.set(record, record.text)
  const { kind, key, text } = record
  const entry = migrate({ kind, key, value: parseJson(text) })
  if (entry) table.set(entry, JSON.stringify(entry.value))
}

function parseHead(line: Line): SnapshotHead | undefined {
  const text = line.bytes.toString('utf8')
  if (!text.startsWith(opening) || !text.endsWith(afterHead)) return undefined
  const body = line.bytes.subarray(opening.length, line.bytes.length - afterHead.length)
  const json = tryJson(body.toString('utf8'))
  if (!isJsonObject(json) || typeof json.format !== 'number') return undefined
  const { format, generation, last, history } = json
  if (format > recordFormat) return { format, generation: 0, last: 0, history: undefined }
  if (!unseal(body) || typeof generation !== 'number' || typeof last !== 'number') return undefined
  return { format, generation, last, history: parseHistory(history) }
}

function parseHistory(json: Json | undefined): HistoryFile | undefined {
  if (!isJsonObject(json) || typeof json.number !== 'number' || typeof json.length !== 'number')
    return undefined
  return { number: json.number, length: json.length }
}

function isEnd(bytes: Buffer, count: number): boolean {
  return bytes[0] === 0x5d && bytes.toString('utf8') === `],"end":${seal(`{"count":${count}`)}}`
}

function withoutComma(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x2c ? bytes.subarray(0, -1) : bytes
}

function tryJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** The journals since the snapshot before are kept, so that it loses nothing; the first has all of them. */
async function adviceFor(folder: string): Promise<string> {
  const [path, backup] = [snapshotPath(folder), backupPath(folder)]
  if (await statIfThere(backup)) return `\`mv ${backup} ${path}\` goes on without loss from the one before it`
  return `move ${path} away: all of it is in the journals beside it`
}
