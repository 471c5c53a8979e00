import { damaged, restoreFromBackup } from './damaged.ts'
import { parseGroup, parseHead, type Group } from './journal-line.ts'
import type { JournalEnd } from './journal-writer.ts'
import { migrationFrom, type Migration } from './migrate.ts'
import { readLines, type Line } from './read-lines.ts'
import type { Entry } from './record-store.ts'
import { unseal } from './sealed-line.ts'
import { journalPath } from './store-files.ts'

export interface JournalPiece {
  readonly groups: readonly Group[]
  /** Where the journal stands after these groups. */
  readonly end: JournalEnd & { readonly line: number }
  /** Whether it ends in what a kill or a power cut left half written: a group that was never acknowledged. */
  readonly torn: boolean
  /** Whether it was written in an older format. */
  readonly old: boolean
}

export interface ReadJournalOptions {
  readonly known?: readonly Migration[] | undefined
  /** Goes on from where an earlier reading ended. */
  readonly from?: JournalEnd & { readonly line: number }
  /** Bytes to read at most. */
  readonly until?: number | undefined
}

/** The groups of one generation, in order. Throws `workspace-damaged` for whatever a crash cannot have left. */
export async function* readJournal(
  folder: string,
  generation: number,
  last: number,
  { known, from, until }: ReadJournalOptions = {},
): AsyncGenerator<JournalPiece> {
  const path = journalPath(folder, generation)
  let end = from ?? { generation, length: 0, last, line: 1 }
  let migrate: 'same' | Migration['entry'] = 'same'
  for await (const lines of readLines(path, { offset: end.length, number: end.line }, until)) {
    const groups: Group[] = []
    let torn = false
    for (const line of lines) {
      torn = !line.whole && isTorn(line)
      if (torn) break
      if (line.number === 1) {
        migrate = readHead(line, path, generation, known)
      } else {
        const group = readGroup(line, path, end.last)
        groups.push(migrate === 'same' ? group : { n: group.n, entries: migrated(group.entries, migrate) })
      }
      end = {
        generation,
        length: line.offset + line.bytes.length + 1,
        last: groups.at(-1)?.n ?? end.last,
        line: line.number + 1,
      }
    }
    yield { groups, end, torn, old: migrate !== 'same' }
  }
}

/** A whole group with another byte where its newline belongs was not cut off by a crash: that is damage. */
function isTorn({ bytes }: Line): boolean {
  return !unseal(bytes.subarray(0, -1))
}

function readHead(line: Line, path: string, generation: number, known: readonly Migration[] | undefined) {
  const head = line.whole ? parseHead(line.bytes) : undefined
  if (!head) throw damaged(path, 1, 'it is not the head of a journal', restoreFromBackup)
  const migrate = migrationFrom(head.format, path, known)
  if (head.generation === generation) return migrate
  throw damaged(path, 1, `it is journal ${head.generation}, renamed`, 'give the file its name back')
}

function readGroup(line: Line, path: string, last: number): Group {
  const group = line.whole ? parseGroup(line.bytes) : undefined
  if (!group) throw damaged(path, line.number, 'it is not what was written', restoreFromBackup)
  if (group.n === last + 1) return group
  throw damaged(path, line.number, `group ${group.n} follows group ${last}`, restoreFromBackup)
}

function migrated(entries: readonly Entry[], migrate: Migration['entry']): readonly Entry[] {
  return entries.flatMap((entry) => migrate(entry) ?? [])
}
