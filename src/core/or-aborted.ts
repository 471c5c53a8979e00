/**
 * What comes of a promise, or undefined once the signal is aborted. What is raced with a promise that lasts is held by that one for as long as it
 * waits, with all that ever came of it; this leaves nothing behind.
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
