/** Bytes under way at once: enough for a far host, few enough that a request on the same connection waits little. */
export const inFlight = 4 * 2 ** 20

/**
 * Does acts in their order with at most `places` of them under way, and hands each result on in the same order. So whatever
 * is more than `places` acts back is done, however the other end sorts its work.
 */
export async function inOrder<T>(
  acts: AsyncIterable<() => Promise<T>> | Iterable<() => Promise<T>>,
  places: number,
  take: (result: T) => Promise<boolean> | boolean,
): Promise<void> {
  const under: Promise<T>[] = []
  for await (const act of acts) {
    const result = act()
    result.catch(() => {}) // told when its turn comes, or hidden by an earlier one
    under.push(result)
    if (under.length < places) continue
    const [first] = under.splice(0, 1)
    if (first && !(await take(await first))) return
  }
  for (const result of under) if (!(await take(await result))) return
}
