/** Does something a little later, once for any number of calls until then. Milliseconds. */
export function soon(delay: number, act: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void act()
    }, delay)
  }
}
