import { sleep, type Clock } from '../core/clock.ts'

export interface ServerEvent {
  readonly name: string
  readonly id?: string
  readonly data: object
}

// A connection on which nothing comes is taken for dead by what stands between: a comment now and then keeps it.
const aliveEvery = 15_000

/**
 * Server-sent events, one at a time and each only when the last was taken: a client that reads slowly makes its source wait.
 * Ends with the source, when the client goes, or when the signal says so.
 */
export function eventStream(
  source: (signal: AbortSignal) => AsyncGenerator<ServerEvent>,
  { clock, signal: closing }: { readonly clock: Clock; readonly signal: AbortSignal },
): Response {
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, closing])
  const events = source(signal)
  const encoder = new TextEncoder()
  const closed = new Promise<'closed'>((resolve) => {
    if (signal.aborted) resolve('closed')
    signal.addEventListener('abort', () => resolve('closed'), { once: true })
  })
  let next: Promise<IteratorResult<ServerEvent, void>> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      // Headers go out with the first bytes: a client is to know at once that it is heard.
      start: (controller) => controller.enqueue(encoder.encode(': abeyance\n\n')),
      async pull(controller) {
        next ??= events.next()
        const quiet = new AbortController()
        const rest = sleep(clock, aliveEvery, quiet.signal).then(() => 'quiet' as const)
        const first = await Promise.race([next, rest, closed])
        quiet.abort()
        if (first === 'quiet') return controller.enqueue(encoder.encode(':\n\n'))
        next = undefined
        if (first === 'closed' || first.done) {
          gone.abort()
          return controller.close()
        }
        controller.enqueue(encoder.encode(textOf(first.value)))
      },
      cancel() {
        gone.abort()
        return events.return(undefined).then(() => {})
      },
    },
    { highWaterMark: 1 },
  )
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

function textOf({ name, id, data }: ServerEvent): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
