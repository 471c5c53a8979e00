import { byteWindow } from './byte-window.ts'
import { isContinuation, rowStarts, type RowScan } from './row-starts.ts'

/** Bytes that are kept of a stream while it is followed; what is loaded by hand comes on top, up to `mostBytes`. */
export const keptBytes = 4 * 1024 * 1024
export const mostBytes = 16 * 1024 * 1024
const keptRows = 200_000
/** Cutting the head moves the whole list of rows: it is done for so many bytes at a time. */
const slack = 256 * 1024

/**
 * What is shown of one stream: its bytes in a bounded window, and where its rows begin. Rows are decoded when they are drawn, from
 * their own whole bytes, so that a character split over chunks is one character and 10 MB/s cost a copy and a search for newlines.
 */
export interface LogBuffer {
  readonly start: number
  readonly end: number
  readonly rows: number
  /** Bytes at an offset, at `time` in ms; what is here already is passed over, and a hole begins the window anew behind it. */
  append(offset: number, bytes: Uint8Array, time: number): void
  /** The bytes right before `start`. Answers how many rows came on top. */
  prepend(bytes: Uint8Array): number
  restart(offset: number): void
  /** Cuts the head of what is more than is kept while following. */
  trim(): void
  row(index: number): LogRow
  /** When a row came, without decoding it. */
  timeOf(index: number): number
}

export interface LogRow {
  readonly offset: number
  readonly text: string
  /** When its first byte came, ms; 0 of what was there before. */
  readonly time: number
}

export function logBuffer(): LogBuffer {
  const window = byteWindow()
  let starts: number[] = []
  let times: number[] = []
  let scan: RowScan = { rowStart: 0, fresh: true }

  function restart(offset: number): void {
    window.restart(offset)
    starts = []
    times = []
    scan = { rowStart: offset, fresh: true }
  }

  function trim(): void {
    const first = firstKept(starts, window.end - window.start, window.end)
    if (first <= 0) return
    starts.splice(0, first)
    times.splice(0, first)
    window.dropTo(starts[0] ?? window.end)
  }

  return {
    get start() {
      return window.start
    },
    get end() {
      return window.end
    },
    get rows() {
      return starts.length
    },
    restart,
    trim,
    append(offset, bytes, time) {
      if (offset > window.end || offset + bytes.length < window.start) restart(offset)
      const fresh = bytes.subarray(window.end - offset)
      const found = rowStarts(fresh, window.end, scan)
      window.append(fresh)
      for (const start of found.starts) {
        starts.push(start)
        times.push(time)
      }
      scan = found.scan
    },
    prepend(bytes) {
      const offset = window.start - bytes.length
      const found = rowStarts(bytes, offset, { rowStart: offset, fresh: true })
      // The window began within a line: that line is whole now.
      const joined = !found.scan.fresh && starts.length > 0 ? 1 : 0
      const before = starts.length
      if (starts.length === 0) scan = found.scan
      starts = [...found.starts, ...starts.slice(joined)]
      times = [...found.starts.map(() => 0), ...times.slice(joined)]
      window.prepend(bytes)
      return starts.length - before
    },
    timeOf: (index) => times[index] ?? 0,
    row(index) {
      const offset = starts[index] ?? window.end
      const bytes = window.slice(offset, starts[index + 1] ?? window.end)
      return { offset, text: decode(bytes, offset === window.start && offset > 0), time: times[index] ?? 0 }
    },
  }
}

/** The first row that is kept; 0 while there is not much more than is to be kept. */
function firstKept(starts: readonly number[], bytes: number, end: number): number {
  if (bytes <= keptBytes + slack && starts.length <= keptRows + 10_000) return 0
  const byBytes = starts.findIndex((start) => end - start <= keptBytes)
  return Math.max(byBytes, starts.length - keptRows)
}

/** The text of a row. Cut bytes at its ends are no garbage: the tail's are still to come, the head's are before the window. */
function decode(bytes: Uint8Array, cutHead: boolean): string {
  let from = 0
  while (cutHead && from < 3 && isContinuation(bytes[from])) from += 1
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return decoder.decode(bytes.subarray(from), { stream: true })
}
