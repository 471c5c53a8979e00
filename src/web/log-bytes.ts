import { readKeptLog } from '../monitor/kept-log.ts'
import type { LogNews } from '../monitor/job-monitor.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { LogExtent } from './log-extent.ts'
import type { LogSubject } from './log-subject.ts'
import { pullLog } from './pull-log.ts'

const chunk = 256 * 1024

type There = Extract<LogExtent, { kind: 'there' }>

export interface LogWish {
  /** The `Range` header, where there is one. */
  readonly range: string | null
  /** The last so many bytes. */
  readonly tail: number | undefined
  /** The file name to be saved under. */
  readonly download: string | undefined
}

/** The bytes of a stream as an answer: the whole, a range, or the tail. Read as the client takes them. */
export function logBytes(
  view: WorkspaceView,
  subject: LogSubject,
  extent: There,
  { range, tail, download, signal }: LogWish & { readonly signal: AbortSignal },
): Response {
  const { size, head, resume } = extent
  const headers = new Headers({
    'content-type': download === undefined ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    'content-security-policy': "sandbox; default-src 'none'",
    'accept-ranges': 'bytes',
    'x-abeyance-size': String(size),
  })
  if (download !== undefined) headers.set('content-disposition', `attachment; filename="${download}"`)
  const asked = range === null ? undefined : parseRange(range, size)
  if (asked === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`)
    return new Response(null, { status: 416, headers })
  }
  const whole = tail === undefined ? { from: 0, to: size } : { from: Math.max(0, size - tail), to: size }
  const { from, to } = asked ? outsideGap(asked, extent) : whole
  const skipped = { from: Math.max(from, head), to: Math.min(to, resume) }
  const missing = Math.max(0, skipped.to - skipped.from)
  if (missing > 0) headers.set('x-abeyance-skipped', `${skipped.from}-${skipped.to}`)
  headers.set('x-abeyance-offset', String(from))
  headers.set('content-length', String(to - from - missing))
  if (asked) headers.set('content-range', `bytes ${from}-${to - 1}/${size}`)
  const body = bodyOf(
    (room) => newsOf(view, subject, from, { signal: room }),
    { from, to, gap: missing },
    signal,
  )
  return new Response(body, { status: asked ? 206 : 200, headers })
}

interface Part {
  readonly from: number
  readonly to: number
}

/** One range of bytes; several, or what is no range, are taken for the whole, as the standard permits. */
function parseRange(text: string, size: number): Part | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text.trim()) ?? []
  if (first === '' && last === '') return undefined
  if (first === '')
    return Number(last) === 0 || size === 0
      ? 'unsatisfiable'
      : { from: Math.max(0, size - Number(last)), to: size }
  if (last !== '' && Number(last) < Number(first)) return undefined
  const to = last === '' ? size : Math.min(Number(last) + 1, size)
  return Number(first) >= size ? 'unsatisfiable' : { from: Number(first), to }
}

/** A range is answered without a hole: up to the gap, or, where it begins in it, from behind it. */
function outsideGap({ from, to }: Part, { size, head, resume }: There): Part {
  if (from < head) return { from, to: head < resume ? Math.min(to, head) : to }
  if (from >= resume) return { from, to }
  return { from: resume, to: Math.max(to, Math.min(size, resume + 1)) }
}

function newsOf(
  view: WorkspaceView,
  { key, stream, kept }: LogSubject,
  from: number,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<LogNews> {
  if (kept) return readKeptLog(kept, from, chunk)
  return pullLog((room) => view.log$(key, stream, { offset: from }, { until: 'now', room }), signal)
}

function bodyOf(
  open: (signal: AbortSignal) => AsyncGenerator<LogNews>,
  { from, to, gap }: Part & { readonly gap: number },
  closing: AbortSignal,
): ReadableStream<Uint8Array> | null {
  if (to - from - gap === 0) return null
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, closing])
  let news: AsyncGenerator<LogNews> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        news ??= open(signal) // not before somebody reads: a HEAD never does
        for (;;) {
          const { value, done } = await news.next()
          if (done || signal.aborted || value.kind === 'reset' || value.kind === 'unavailable') {
            gone.abort()
            return controller.error(new Error('the stream became shorter while it was read'))
          }
          if (value.kind === 'skipped') continue
          const bytes = value.bytes.subarray(0, Math.max(0, to - value.offset))
          if (bytes.length > 0) controller.enqueue(bytes)
          if (value.offset + value.bytes.length >= to) {
            gone.abort()
            await news.return(undefined)
            return controller.close()
          }
          if (bytes.length > 0) return
        }
      },
      async cancel() {
        gone.abort()
        await news?.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
