import { AbeyanceError } from '../../../core/error.ts'
import { isRefusal, type Api } from './api.ts'
import { eventReader, type ServerEvent } from './read-events.ts'

export interface FollowOptions {
  readonly api: Pick<Api, 'fetch'>
  readonly path: string
  readonly signal: AbortSignal
  /** Waited for before more is read: a reader that is busy is not run over. `stop`: nothing more is wanted. */
  heard(event: ServerEvent): Promise<'stop' | undefined> | 'stop' | undefined
  connection(state: Connection): void
}

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly why: string }
  /** The server will not: no other try is made. */
  | { readonly kind: 'refused'; readonly why: string }

/** The server says something, if only a comment, more often than this. */
const silentFor = 60_000
const pauses = [500, 1000, 2000, 4000, 8000, 15_000]

/** Follows server-sent events until told to stop; a connection that breaks is made again and goes on behind the last event. */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { signal, connection } = options
  let last: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const ended = await readOnce(options, last, (event) => {
        last = event.id ?? last
        failures = 0
      })
      if (ended === 'stop') return
      connection({ kind: 'lost', why: 'The server ended the connection.' })
    } catch (error) {
      if (signal.aborted) return
      const why = error instanceof Error ? error.message : String(error)
      if (isRefusal(error)) return connection({ kind: 'refused', why })
      connection({ kind: 'lost', why })
    }
    await pause((pauses[Math.min(failures, pauses.length - 1)] ?? 0) * (0.75 + Math.random() / 2), signal)
    failures += 1
  }
}

async function readOnce(
  options: FollowOptions,
  last: string | undefined,
  passed: (event: ServerEvent) => void,
): Promise<'stop' | undefined> {
  const { api, path, heard, connection } = options
  const watch = silence(options.signal)
  try {
    const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) }
    const response = await api.fetch(path, { headers, signal: watch.signal })
    const reader = response.body?.getReader()
    if (reader === undefined) throw new AbeyanceError('connection-lost', 'The server sent nothing.')
    connection({ kind: 'live' })
    const decoder = new TextDecoder()
    const read = eventReader()
    for (;;) {
      watch.heard()
      const { done, value } = await reader.read()
      if (done) return undefined
      watch.rest()
      for (const event of read(decoder.decode(value, { stream: true }))) {
        const answer = await heard(event)
        passed(event)
        if (answer === 'stop') return 'stop'
      }
    }
  } finally {
    watch.end()
  }
}

/** Ends a connection that has been silent for too long, or that is not wanted any more. Our own slowness is no silence of its. */
function silence(outer: AbortSignal) {
  const controller = new AbortController()
  const abort = () => controller.abort()
  outer.addEventListener('abort', abort)
  let timer: ReturnType<typeof setTimeout> | undefined
  const rest = () => clearTimeout(timer)
  return {
    signal: controller.signal,
    heard() {
      rest()
      timer = setTimeout(abort, silentFor)
    },
    rest,
    end() {
      rest()
      outer.removeEventListener('abort', abort)
      controller.abort()
    },
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
