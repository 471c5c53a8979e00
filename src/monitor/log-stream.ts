import type { Subscriber } from 'rxjs'
import type { LogNews, LogOptions } from './job-monitor.ts'
import { Observable } from './observables.ts'
import { tailLog, type TailContext, type TailQuestion } from './log-tail.ts'

/** A tail as an Observable: cold, one reading for each subscriber; the next chunk is asked for when the last was taken. */
export function logStream(
  context: TailContext,
  question: TailQuestion,
  { closing, room }: { readonly closing: AbortSignal; readonly room?: LogOptions['room'] | undefined },
): Observable<LogNews> {
  return new Observable((subscriber) => {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, closing])
    pumpLog(context, question, { subscriber, signal, room }).then(
      () => subscriber.complete(),
      (error: unknown) => (signal.aborted ? subscriber.complete() : subscriber.error(error)),
    )
    return () => stop.abort()
  })
}

interface Sink {
  readonly subscriber: Subscriber<LogNews>
  /** Aborted when nobody reads any more. */
  readonly signal: AbortSignal
  readonly room: LogOptions['room'] | undefined
}

/** Gives a tail on; between two pieces it waits for room, and ends when nobody reads any more. */
export async function pumpLog(
  context: TailContext,
  question: TailQuestion,
  { subscriber, signal, room }: Sink,
): Promise<void> {
  const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  for await (const news of tailLog(context, question, signal)) {
    if (signal.aborted) return
    subscriber.next(news)
    if (room) await Promise.race([room(), gone])
    if (signal.aborted) return // what is kept of a stream would be read to its end, whoever listens
  }
}
