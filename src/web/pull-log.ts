import type { Observable } from 'rxjs'
import type { LogNews } from '../monitor/job-monitor.ts'

/** News of a log, one at a time: what follows is read when the one before was taken (rule L4). */
export async function* pullLog(
  read: (room: () => Promise<void>) => Observable<LogNews>,
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  const queue: LogNews[] = []
  let end: { readonly error?: unknown } | undefined
  let arrived = () => {}
  let emptied = () => {}
  const room = () => new Promise<void>((resolve) => (queue.length === 0 ? resolve() : (emptied = resolve)))
  const abort = () => arrived()
  signal.addEventListener('abort', abort)
  const subscription = read(room).subscribe({
    next(news) {
      queue.push(news)
      arrived()
    },
    error(error: unknown) {
      end = { error }
      arrived()
    },
    complete() {
      end = {}
      arrived()
    },
  })
  try {
    while (!signal.aborted) {
      const news = queue.shift()
      if (news) {
        yield news
        if (queue.length === 0) emptied()
      } else if (end) {
        if ('error' in end) throw end.error
        return
      } else {
        await new Promise<void>((resolve) => {
          arrived = resolve
          if (signal.aborted || queue.length > 0 || end) resolve()
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', abort)
    subscription.unsubscribe()
  }
}
