/**
 * What comes of a promise, or undefined once the signal is aborted. What is raced with a promise that lasts is held by that one for as long as it
 * waits, with all that ever came of it; this leaves nothing behind.
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    // Also once it is aborted: what fails then is nobody's news, and would end the process if nobody heard it.
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
