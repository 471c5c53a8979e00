const newline = 10
/** Bytes after which a row is broken where no line ends: a row must be cheap to decode and to draw. */
const longestRow = 4096

/** Where the scan of a stream stands between two chunks. */
export interface RowScan {
  /** Offset at which the present row began, or will begin with the next byte. */
  readonly rowStart: number
  /** The row at `rowStart` has no byte yet. */
  readonly fresh: boolean
}

/**
 * Offsets at which rows begin in bytes that stand at `offset`. A row ends after its newline, which in UTF-8 is never part of another
 * character, so that rows can be told without decoding; one that is too long is broken between two characters.
 */
export function rowStarts(
  bytes: Uint8Array,
  offset: number,
  scan: RowScan,
): { readonly starts: readonly number[]; readonly scan: RowScan } {
  const starts: number[] = []
  let { rowStart, fresh } = scan
  let at = 0
  while (at < bytes.length) {
    if (fresh) starts.push(rowStart)
    fresh = false
    const found = bytes.indexOf(newline, at)
    const end = found < 0 ? bytes.length : found
    const cut = cutOf(bytes, end, rowStart + longestRow - offset, at)
    if (cut !== undefined) {
      rowStart = offset + cut
      fresh = true
      at = cut
    } else if (found < 0) at = bytes.length
    else {
      at = found + 1
      rowStart = offset + at
      fresh = true
    }
  }
  return { starts, scan: { rowStart, fresh } }
}

/** Where a row is broken that runs on to `end`, not before the first byte of a character; `undefined` where it is short enough. */
function cutOf(bytes: Uint8Array, end: number, limit: number, from: number): number | undefined {
  if (end <= limit) return undefined
  let cut = Math.max(limit, from)
  while (cut < end && isContinuation(bytes[cut])) cut += 1
  return cut < end ? cut : undefined
}

/** A byte within a character of UTF-8, after its first. */
export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
