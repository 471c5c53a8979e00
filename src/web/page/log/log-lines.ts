import type { StreamName } from '../../contract.ts'
import type { LogBuffer, LogRow } from './log-buffer.ts'

/** Rows as one list shows them: of one stream, or of both. */
export interface LogLines {
  readonly length: number
  row(index: number): LogLine
}

export interface LogLine extends LogRow {
  readonly stream: StreamName
}

export function linesOf(stream: StreamName, buffer: LogBuffer): LogLines {
  return { length: buffer.rows, row: (index) => ({ ...buffer.row(index), stream }) }
}

/** Of two streams no more than these are merged: the list is made anew for each frame in which something came. */
const mostMerged = 20_000

/** Both streams by the time at which their rows came; rows of the same moment keep the order of their stream. */
export function mergedLines(stdout: LogBuffer, stderr: LogBuffer): LogLines {
  const order: { readonly stream: 'stdout' | 'stderr'; readonly index: number }[] = []
  let out = stdout.rows - 1
  let error = stderr.rows - 1
  while (order.length < mostMerged && (out >= 0 || error >= 0)) {
    const later = out < 0 || (error >= 0 && stderr.timeOf(error) >= stdout.timeOf(out))
    order.push(later ? { stream: 'stderr', index: error } : { stream: 'stdout', index: out })
    if (later) error -= 1
    else out -= 1
  }
  order.reverse()
  const buffers = { stdout, stderr }
  const first = { stream: 'stdout', index: 0 } as const
  return {
    length: order.length,
    row(index) {
      const at = order[index] ?? first
      return { ...buffers[at.stream].row(at.index), stream: at.stream }
    },
  }
}
