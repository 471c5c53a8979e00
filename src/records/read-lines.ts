import { readRange } from '../core/system/files.ts'

export interface Line {
  /** From 1. */
  readonly number: number
  /** Where the line begins, in bytes. */
  readonly offset: number
  readonly bytes: Buffer
  /** Whether a newline closes it: only the last line of a file can lack one. */
  readonly whole: boolean
}

export interface Place {
  readonly offset: number
  readonly number: number
}

const pieceLength = 256 * 1024

/** The lines of a file from a place on, as many at a time as one reading gave; between two readings the event loop turns. */
export async function* readLines(
  path: string,
  from: Place = { offset: 0, number: 1 },
  end = Infinity,
): AsyncGenerator<readonly Line[]> {
  let { offset, number } = from
  let rest = Buffer.alloc(0)
  while (offset + rest.length < end) {
    const at = offset + rest.length
    const piece = await readRange(path, at, Math.min(pieceLength, end - at))
    if (piece.length === 0) break
    const bytes = Buffer.concat([rest, piece])
    const lines: Line[] = []
    let start = 0
    for (let newline = bytes.indexOf(10); newline !== -1; newline = bytes.indexOf(10, start)) {
      lines.push({
        number: number++,
        offset: offset + start,
        bytes: bytes.subarray(start, newline),
        whole: true,
      })
      start = newline + 1
    }
    rest = bytes.subarray(start)
    offset += start
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [{ number, offset, bytes: rest, whole: false }]
}
