import type { Json } from '../../src/core/json.ts'
import { recordKinds, type RecordKind, type RecordStore } from '../../src/records/record-store.ts'

/** Everything in a store, as `kind key` to value. */
export async function contentsOf(
  store: Pick<RecordStore, 'all'>,
  kinds: readonly RecordKind[] = recordKinds,
): Promise<Record<string, Json>> {
  const found: Record<string, Json> = {}
  for (const kind of kinds) {
    for await (const { key, value } of store.all(kind)) found[`${kind} ${key}`] = value
  }
  return found
}
