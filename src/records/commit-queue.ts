import type { TextEntry } from './journal-line.ts'
import type { JournalWriter } from './journal-writer.ts'

/** Puts what arrives together into one write and one sync: whoever comes while a sync is on its way shares the next. */
export interface CommitQueue {
  /** Resolves when the group is safe and applied. */
  put(entries: readonly TextEntry[]): Promise<void>
  /** Begins the next generation of the journal, between two commits. */
  rotate(): Promise<void>
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>
}

export function commitQueue(
  journal: JournalWriter,
  apply: (entries: readonly TextEntry[], n: number) => void,
): CommitQueue {
  let waiting: Task[] = []
  let running: Promise<void> | undefined
  const run = async () => {
    await Promise.resolve() // whoever puts in the same turn comes along
    while (waiting.length > 0) {
      const count = portion(waiting)
      const [tasks, rest] = [waiting.slice(0, count), waiting.slice(count)]
      waiting = rest
      await perform(journal, tasks, apply)
    }
    running = undefined
  }
  const add = (entries: readonly TextEntry[] | undefined) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ entries, resolve, reject })
      running ??= run()
    })
  return {
    put: add,
    rotate: () => add(undefined),
    async idle() {
      while (running) await running
    },
  }
}

interface Task {
  /** Undefined asks for the next generation. */
  readonly entries: readonly TextEntry[] | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

// Characters in one write: more would hold the event loop while they are put together.
const mostAtOnce = 128 * 1024

/** How many tasks, from the first on, are done together. */
function portion(tasks: readonly Task[]): number {
  let size = 0
  let count = 0
  for (const { entries } of tasks) {
    if (!entries) return Math.max(count, 1)
    for (const { key, text } of entries) size += key.length + (text?.length ?? 0) + 64
    if (count > 0 && size > mostAtOnce) return count
    count += 1
  }
  return count
}

async function perform(
  journal: JournalWriter,
  tasks: readonly Task[],
  apply: (entries: readonly TextEntry[], n: number) => void,
): Promise<void> {
  const groups = tasks.flatMap(({ entries }) => (entries ? [entries] : []))
  try {
    if (groups.length === 0) await journal.rotate()
    else await journal.append(groups)
  } catch (error) {
    for (const task of tasks) task.reject(error)
    return
  }
  const first = journal.last - groups.length + 1
  groups.forEach((entries, index) => apply(entries, first + index))
  for (const task of tasks) task.resolve()
}
