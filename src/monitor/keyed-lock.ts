/**
 * One at a time for each key. Places in all queues are taken at once, so that two who want the same keys cannot wait for
 * each other. Nothing is kept of a key that nobody holds.
 */
export function keyedLock<K>(): <T>(keys: readonly K[], act: () => Promise<T>) => Promise<T> {
  const last = new Map<K, Promise<void>>()
  return (keys, act) => {
    const turn = Promise.all(keys.map((key) => last.get(key) ?? Promise.resolve())).then(act)
    const over = turn.then(
      () => forget(),
      () => forget(),
    )
    const forget = () => {
      for (const key of keys) if (last.get(key) === over) last.delete(key)
    }
    for (const key of keys) last.set(key, over)
    return turn
  }
}
