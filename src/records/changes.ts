import type { Json } from '../core/json.ts'
import { changeValue, readHistory, type Change } from './history.ts'
import type { JournalEnd } from './journal-writer.ts'
import type { Migration } from './migrate.ts'
import { readJournal } from './read-journal.ts'
import type { Contents } from './snapshot.ts'

/** What history is to be read from: the file that the snapshot names, then the journals since. */
export interface ChangeSource {
  readonly folder: string
  readonly since: Pick<Contents, 'generation' | 'last' | 'history'>
  readonly end: JournalEnd
  readonly removed: ReadonlyMap<string, number>
  readonly known: readonly Migration[] | undefined
}

/** Reads history as it stands when a reading begins, and knows whether one is on its way. */
export interface HistoryReader {
  readonly idle: boolean
  read(prefix?: string): AsyncGenerator<{ readonly key: string; readonly value: Json }>
}

export function historyReader(now: () => ChangeSource): HistoryReader {
  let readings = 0
  return {
    get idle() {
      return readings === 0
    },
    async *read(prefix) {
      readings += 1
      try {
        for await (const some of changes(now(), prefix)) for (const change of some) yield changeValue(change)
      } finally {
        readings -= 1
      }
    },
  }
}

/** History in the order it was put, in portions. */
export async function* changes(source: ChangeSource, prefix = ''): AsyncGenerator<readonly Change[]> {
  const { folder, since, removed, known } = source
  if (since.history) {
    for await (const some of readHistory(folder, since.history, known, prefix)) {
      yield some.filter(({ key }) => !removed.has(key))
    }
  }
  yield* journaledChanges(source, prefix)
}

/** The part of it that the snapshot does not have. */
export async function* journaledChanges(
  { folder, since, end, removed, known }: ChangeSource,
  prefix = '',
): AsyncGenerator<readonly Change[]> {
  let last = since.last
  for (let generation = since.generation; generation <= end.generation; generation++) {
    const until = generation === end.generation ? end.length : undefined
    for await (const { groups, end: reached } of readJournal(folder, generation, last, { known, until })) {
      yield groups.flatMap(({ n, entries }) =>
        entries.flatMap(({ kind, key, value }) =>
          kind === 'change' && value !== undefined && key.startsWith(prefix) && n >= (removed.get(key) ?? 0)
            ? { key, text: JSON.stringify(value) }
            : [],
        ),
      )
      last = reached.last
    }
  }
}
