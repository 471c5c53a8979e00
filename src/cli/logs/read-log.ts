import type { JobKey } from '../../core/ids.ts'
import type { LogFrom, LogNews } from '../../monitor/job-monitor.ts'
import type { Stream } from '../../runners/streams.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'

export interface LogQuestion {
  readonly key: JobKey
  readonly stream: Stream
  readonly from: LogFrom
  /** To the job's end, not only what there is by now. */
  readonly follow: boolean
}

export interface LogReader {
  /** The next piece is read when this one was taken: a slow reader costs no memory (rule L4). */
  take(news: LogNews): Promise<void>
  readonly signal: AbortSignal
}

// How long a reader that does not follow waits for a host that does not answer, in milliseconds.
const patience = 3000

/** Reads a stream of a job to its end, or as far as it goes now; aborted, it just ends. */
export function readLog(
  view: WorkspaceView,
  { key, stream, from, follow }: LogQuestion,
  { take, signal }: LogReader,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking = Promise.resolve()
    let timer: NodeJS.Timeout | undefined
    const end = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      reading.unsubscribe()
      how()
    }
    const leave = () => end(resolve)
    // Time that the reader takes is none that the host does not answer in.
    const waitForHost = () => {
      if (!follow) timer = setTimeout(leave, patience)
    }
    const options = { room: () => taking, ...(!follow && ({ until: 'now' } as const)) }
    const reading = view.log$(key, stream, from, options).subscribe({
      next(news) {
        clearTimeout(timer)
        taking = taking.then(() => take(news)).then(waitForHost)
        taking.catch((error: unknown) =>
          end(() => reject(error instanceof Error ? error : new Error(String(error)))),
        )
      },
      error: (error: Error) => end(() => reject(error)),
      complete: () =>
        void taking.then(
          () => end(resolve),
          () => {},
        ),
    })
    if (reading.closed) return
    waitForHost()
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave)
  })
}
