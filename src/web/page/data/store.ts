/** Holds a value that is replaced as a whole; who listens is told after each change. */
export interface Store<S> {
  readonly state: S
  change(next: (state: S) => S): void
  /** Answers with how to stop listening. */
  listen(listener: () => void): () => void
}

export function createStore<S>(initial: S): Store<S> {
  const listeners = new Set<() => void>()
  let state = initial
  return {
    get state() {
      return state
    },
    change(next) {
      const after = next(state)
      if (after === state) return
      state = after
      for (const listener of listeners) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
