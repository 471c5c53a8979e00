import type { RecordStore } from './record-store.ts'
import { recordTable } from './record-table.ts'
import { storeClosed } from './store-closed.ts'

/** Records for as long as the process lives: for tests, and for runs that nobody will resume. */
export function memoryStore(): RecordStore {
  const table = recordTable()
  let open = true
  const check = () => {
    if (!open) throw storeClosed()
  }
  return {
    async put(entries) {
      check()
      // All of it becomes text before any of it is kept: what cannot be written leaves nothing behind.
      const texts = entries.map((entry) => [entry, JSON.stringify(entry.value)] as const)
      for (const [id, text] of texts) table.set(id, text)
    },
    async get(id) {
      check()
      return table.get(id)
    },
    async *all(kind, prefix) {
      check()
      for await (const record of table.all(kind, prefix)) {
        check()
        yield record
      }
    },
    async remove(ids) {
      check()
      for (const id of ids) table.set(id, undefined)
    },
    async close() {
      open = false
    },
  }
}
