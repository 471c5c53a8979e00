/** Lets some wait until something happens to a key; nothing is kept of keys that nobody waits for. */
export interface Bell<K> {
  ring(key: K): void
  /** Listens from now on: `rung` resolves at the next ring, or when the signal is aborted. */
  listen(key: K, signal: AbortSignal): Ear
}

export interface Ear {
  readonly rung: Promise<void>
  stop(): void
}

export function openBell<K>(): Bell<K> {
  const ears = new Map<K, Set<() => void>>()
  return {
    ring(key) {
      for (const hear of ears.get(key) ?? []) hear()
    },
    listen(key, signal) {
      let hear = () => {}
      const rung = new Promise<void>((resolve) => {
        hear = resolve
      })
      const mine = ears.get(key) ?? new Set()
      ears.set(key, mine.add(hear))
      const stop = () => {
        mine.delete(hear)
        if (mine.size === 0 && ears.get(key) === mine) ears.delete(key)
        signal.removeEventListener('abort', hear)
      }
      if (signal.aborted) hear()
      else signal.addEventListener('abort', hear)
      return { rung, stop }
    },
  }
}
