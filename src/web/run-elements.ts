import type { GraphElement } from './contract.ts'

/** The elements of maps, as the paths of outcomes name them, with the value that the names of their jobs end in. */
export function runElements(
  paths: Iterable<string>,
  nameOf: (path: string) => string | undefined,
): readonly GraphElement[] {
  const elements = new Map<string, GraphElement>()
  for (const path of paths) {
    for (const { index: at, 0: place, 1: number } of path.matchAll(/\[(\d+)\]/g)) {
      const element = path.slice(0, at + place.length)
      const isInnermost = !path.slice(element.length).includes('[')
      const known = elements.get(element)
      const value = known?.value ?? (isInnermost ? valueIn(nameOf(path)) : undefined)
      const which = { path: element, map: path.slice(0, at), index: Number(number) }
      elements.set(element, { ...which, ...(value !== undefined && { value }) })
    }
  }
  return [...elements.values()].toSorted(
    (one, other) => compare(one.map, other.map) || one.index - other.index,
  )
}

/** A job is named by its path, which has no spaces, and the value: `digest[0] EcoRI`. */
function valueIn(name: string | undefined): string | undefined {
  const space = name?.indexOf(' ') ?? -1
  return space < 0 ? undefined : name?.slice(space + 1)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
