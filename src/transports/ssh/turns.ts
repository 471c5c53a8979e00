/** A number of places, given out in the order they were asked for. */
export interface Turns {
  take(): Turn
  readonly free: number
  readonly waiting: number
}

export interface Turn {
  /** Resolves when the place is there. */
  readonly granted: Promise<void>
  /** Gives the place back, or no longer waits for it; twice is fine. */
  giveBack(): void
}

export function openTurns(places: number): Turns {
  let free = places
  const waiting = new Set<() => void>()
  return {
    get free() {
      return free
    },
    get waiting() {
      return waiting.size
    },
    take() {
      let grant = () => {}
      const granted = new Promise<void>((resolve) => (grant = resolve))
      const begin = () => grant()
      if (free === 0) waiting.add(begin)
      else {
        free -= 1
        begin()
      }
      let given = false
      return {
        granted,
        giveBack() {
          if (given) return
          given = true
          if (waiting.delete(begin)) return
          const [next] = waiting
          if (next) {
            waiting.delete(next)
            next()
          } else free += 1
        },
      }
    },
  }
}
