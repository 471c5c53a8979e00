import type { Module, Source } from './pipeline.ts'

/**
 * The modules in dependency order; among those that could be next, as they were written. What lies on or below a circle
 * is in `stuck` instead. Names of modules that are not there are passed over. Linear, and without recursion over the chain.
 */
export function orderModules(modules: readonly Module[]): { ordered: Module[]; stuck: Module[] } {
  const placeOf = new Map<string, number>()
  modules.forEach(({ id }, place) => placeOf.set(id, place))
  const waits = new Int32Array(modules.length)
  const feeds: number[][] = modules.map(() => [])
  modules.forEach((module, place) => {
    eachUpstream(module, (id) => {
      const feeder = feeds[placeOf.get(id) ?? -1]
      if (feeder === undefined) return
      feeder.push(place)
      waits[place] = (waits[place] ?? 0) + 1
    })
  })
  const queue = [...modules.keys()].filter((place) => waits[place] === 0)
  // The queue grows while it is walked.
  for (const place of queue)
    for (const fed of feeds[place] ?? []) {
      const left = (waits[fed] ?? 0) - 1
      waits[fed] = left
      if (left === 0) queue.push(fed)
    }
  return {
    ordered: queue.flatMap((place) => modules[place] ?? []),
    stuck: modules.filter((_, place) => (waits[place] ?? 0) > 0),
  }
}

/** One circle among modules that `orderModules` left stuck, as ids in the order of the data: `a -> b -> a`. */
export function findCircle(stuck: readonly Module[]): readonly string[] {
  const there = new Map(stuck.map((module) => [module.id, module]))
  const seenAt = new Map<string, number>()
  const walked: string[] = []
  let at = stuck[0]
  // Each stuck module waits for at least one stuck module, so walking upstream must come round.
  while (at !== undefined && !seenAt.has(at.id)) {
    seenAt.set(at.id, walked.length)
    walked.push(at.id)
    at = [...upstreamIds(at)].map((id) => there.get(id)).find((module) => module !== undefined)
  }
  return at === undefined ? [] : [at.id, ...walked.slice(seenAt.get(at.id)).reverse()]
}

/** The ids that a module's inputs and condition name, each once. */
export function upstreamIds(module: Module): ReadonlySet<string> {
  const ids = new Set<string>()
  eachUpstream(module, (id) => ids.add(id))
  return ids
}

function eachUpstream(module: Module, visit: (id: string) => void): void {
  for (const source of Object.values(module.inputs)) visitSource(source, visit)
  if (module.when !== undefined) visitSource(module.when, visit)
}

function visitSource(source: Source, visit: (id: string) => void): void {
  if (source.kind === 'output') visit(source.module)
  if (source.kind === 'list') for (const one of source.sources) visitSource(one, visit)
}
