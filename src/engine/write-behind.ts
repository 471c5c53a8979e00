import { outputEntry } from '../records/kept-run.ts'
import type { OutputKey, OutputRecord } from '../records/outcome.ts'
import type { Entry } from '../records/record-store.ts'

/**
 * Gathers entries and writes them in their order, many in one group. What must be on disk before something is done
 * waits for `flush`; what merely became known does not hold up the round.
 */
export interface WriteBehind {
  add(entry: Entry): void
  addOutput(key: OutputKey, record: OutputRecord): void
  /** What was added under a key and is not on disk yet: an equal module takes it from here. */
  output(key: OutputKey): OutputRecord | undefined
  /** Resolves when everything added so far is durable. Rejects, from then on, when something could not be written. */
  flush(): Promise<void>
}

const largestGroup = 512

export function writeBehind(put: (entries: readonly Entry[]) => Promise<void>): WriteBehind {
  let gathered: Entry[] = []
  let gatheredOutputs = new Map<OutputKey, OutputRecord>()
  const writing = new Set<ReadonlyMap<OutputKey, OutputRecord>>()
  // Kept: two may wait for the same flush, and neither may act on what is not on disk.
  let fault: Error | undefined
  let last: Promise<unknown> = Promise.resolve()
  let scheduled = false

  const write = () => {
    scheduled = false
    if (gathered.length === 0 || fault) return
    const [group, outputs] = [gathered, gatheredOutputs]
    gathered = []
    gatheredOutputs = new Map()
    writing.add(outputs)
    const written = put(group).then(
      () => writing.delete(outputs),
      (error: unknown) => (fault ??= error instanceof Error ? error : new Error(String(error))),
    )
    last = Promise.all([last, written])
  }
  const add = (entry: Entry) => {
    gathered.push(entry)
    if (gathered.length >= largestGroup) write()
    else if (!scheduled) {
      scheduled = true
      setImmediate(write)
    }
  }
  return {
    add,
    addOutput(key, record) {
      gatheredOutputs.set(key, record)
      add(outputEntry(key, record))
    },
    output: (key) =>
      gatheredOutputs.get(key) ??
      [...writing].map((outputs) => outputs.get(key)).findLast((record) => record !== undefined),
    async flush() {
      write()
      await last
      if (fault) throw fault
    },
  }
}
