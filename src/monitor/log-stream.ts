import { Observable } from './observables.ts'
import type { LogNews } from './job-monitor.ts'
import { tailLog, type TailContext, type TailQuestion } from './log-tail.ts'

/** A tail as an Observable: cold, one reading for each subscriber; the next chunk is asked for when the last was taken. */
export function logStream(
  context: TailContext,
  question: TailQuestion,
  closing: AbortSignal,
): Observable<LogNews> {
  return new Observable((subscriber) => {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, closing])
    const pump = async () => {
      for await (const news of tailLog(context, question, signal)) subscriber.next(news)
      subscriber.complete()
    }
    pump().catch((error: unknown) => {
      if (signal.aborted) subscriber.complete()
      else subscriber.error(error)
    })
    return () => stop.abort()
  })
}
