/** What is shown of many things, of the kinds that matter most first, and what is left out of each kind. */
export interface ChosenRows<T> {
  readonly shown: readonly T[]
  readonly left: readonly (readonly [kind: string, count: number])[]
}

/**
 * Picks `room` of them. No kind takes all the room from those after it while these have any: each gets half of what is left at first, so
 * that a thousand failures hide no job that runs; then what is free is given away in the same order.
 */
export function chooseRows<T>(kinds: ReadonlyMap<string, readonly T[]>, room: number): ChosenRows<T> {
  const counts = new Map<string, number>()
  let free = Math.max(0, room)
  for (const [kind, all] of kinds) {
    const count = Math.min(all.length, Math.ceil(free / 2))
    counts.set(kind, count)
    free -= count
  }
  for (const [kind, all] of kinds) {
    const more = Math.min(free, all.length - (counts.get(kind) ?? 0))
    counts.set(kind, (counts.get(kind) ?? 0) + more)
    free -= more
  }
  return {
    shown: [...kinds].flatMap(([kind, all]) => all.slice(0, counts.get(kind))),
    left: [...kinds].flatMap(([kind, all]) => {
      const count = all.length - (counts.get(kind) ?? 0)
      return count > 0 ? [[kind, count] as const] : []
    }),
  }
}
