import type { JobKey } from '../core/ids.ts'
import type { Stream } from '../runners/streams.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'

/** The last lines that an ended job wrote to a stream; none where nothing was kept. */
export async function lastLines(
  view: WorkspaceView,
  job: JobKey,
  { stream, lines }: { readonly stream: Stream; readonly lines: number },
): Promise<readonly string[]> {
  const { lastValueFrom, filter, map, reduce, timeout, catchError, EMPTY } = await import('rxjs')
  const text = await lastValueFrom(
    view.log$(job, stream, { last: 4096 }).pipe(
      filter((news) => news.kind === 'chunk'),
      map((news) => Buffer.from(news.bytes)),
      timeout({ each: 5000 }),
      catchError(() => EMPTY),
      reduce((before, bytes) => Buffer.concat([before, bytes]), Buffer.alloc(0)),
      map((bytes) => bytes.toString('utf8')),
    ),
  )
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-lines)
}
