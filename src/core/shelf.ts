import { AbeyanceError } from './error.ts'
import { parseJson, type Json } from './json.ts'
import { publish } from './system/publish.ts'
import { readTextIfThere } from './system/files.ts'

/** A small durable document for what the floors below the records must keep: budgets, breakers, digests. */
export interface Shelf<T> {
  readonly value: T
  /** Replaces the document; resolves when kill -9 would not lose it. */
  save(next: T): Promise<void>
}

/** Opens the document at `path`; `parse` gives its shape, and gets undefined when there is none yet. */
export async function openShelf<T extends Json>(
  path: string,
  parse: (json: Json | undefined) => T,
): Promise<Shelf<T>> {
  let value = parse(await load(path))
  let last: Promise<void> = Promise.resolve()
  return {
    get value() {
      return value
    },
    save(next) {
      value = next
      const turn = last.then(() => publish(path, JSON.stringify(next)))
      last = turn.catch(() => {}) // the caller hears of it; the next save starts afresh
      return turn
    },
  }
}

async function load(path: string): Promise<Json | undefined> {
  const text = await readTextIfThere(path)
  if (text === undefined) return undefined
  try {
    return parseJson(text)
  } catch (error) {
    throw new AbeyanceError('workspace-damaged', `${path} is not JSON; move it away, it is made anew`, {
      cause: error,
    })
  }
}
