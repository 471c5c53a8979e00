import type { RunAnswer } from '../../contract.ts'
import { plainPath } from './standing.ts'

export interface ModuleRow {
  readonly path: string
  /** As it is called here: with its index, and of a group the part of the path that is in it. */
  readonly name: string
  readonly value?: string
}

const byPath = new Intl.Collator('en', { numeric: true }).compare

/** The outcomes that belong to a module: its own, those of its elements, of a group those of all that is in it. */
export function moduleRows(run: RunAnswer, module: string): readonly ModuleRow[] {
  const values = new Map(run.graph.elements.map((element) => [element.path, element.value]))
  const maps = new Set(run.graph.elements.map((element) => element.map))
  const known = new Set([...Object.keys(run.outcomes), ...values.keys()])
  // An element of a group is what is in it.
  const above = new Set(
    [...known].flatMap((path) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
  )
  const mine = [...known].filter((path) => {
    const plain = plainPath(path)
    return (plain === module || plain.startsWith(`${module}/`)) && !maps.has(path) && !above.has(path)
  })
  return mine.toSorted(byPath).map((path) => {
    const value = valueOf(path, values)
    return { path, name: path, ...(value !== undefined && { value }) }
  })
}

/** `clean[2]/trim` shows the value of `clean[2]`. */
function valueOf(path: string, values: ReadonlyMap<string, string | undefined>): string | undefined {
  const own = values.get(path)
  const above = path.lastIndexOf('/')
  return own ?? (above < 0 ? undefined : valueOf(path.slice(0, above), values))
}
