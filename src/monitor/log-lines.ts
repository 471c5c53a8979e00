const newline = 10
const carriageReturn = 13

/** Cuts bytes into lines as they come; of a line longer than `limit` bytes only its beginning is held and given. */
export interface LogLines {
  /** The lines that these bytes complete. A progress bar's carriage return ends a line too. */
  feed(bytes: Uint8Array): readonly string[]
  /** Forgets a line that was begun: the stream goes on elsewhere. */
  reset(): void
  /** The last line, where the stream ended without a newline. */
  end(): readonly string[]
}

export function logLines(limit: number): LogLines {
  let begun = new Uint8Array()
  const decode = (line: Uint8Array) => new TextDecoder().decode(line)

  function hold(bytes: Uint8Array): void {
    const room = bytes.subarray(0, limit - begun.length)
    if (room.length > 0) begun = Uint8Array.from(Buffer.concat([begun, room]))
  }

  function take(): string {
    const line = decode(begun)
    begun = new Uint8Array()
    return line
  }

  return {
    feed(bytes) {
      const lines: string[] = []
      let start = 0
      for (let at = 0; at < bytes.length; at++) {
        if (bytes[at] !== newline && bytes[at] !== carriageReturn) continue
        hold(bytes.subarray(start, at))
        start = at + 1
        const line = take()
        if (line !== '') lines.push(line)
      }
      hold(bytes.subarray(start))
      return lines
    },
    reset() {
      begun = new Uint8Array()
    },
    end: () => (begun.length === 0 ? [] : [take()]),
  }
}
