/** The bytes between the begin line and the end line, and the number on the end line. */
export interface Framed {
  readonly bytes: Uint8Array
  readonly number: number
}

/**
 * Finds one frame in a stream that arrives in chunks, whatever stands before it, cut wherever it may be. Each byte is looked
 * at about once, however long the frame is. `begins` is called once, when the begin line was found.
 */
export function framedStream(
  nonce: string,
  begins: () => void = () => {},
): (chunk: Uint8Array) => Framed | undefined {
  const begin = Buffer.from(`\n${nonce} begin\n`)
  const end = Buffer.from(`\n${nonce} end `)
  const pieces: Uint8Array[] = []
  let begun = false
  let rest: Uint8Array = new Uint8Array()

  /** What could not be the start of `mark` is let go; the rest waits for the next chunk. */
  const hold = (data: Buffer, mark: Buffer) => {
    const cut = Math.max(0, data.length - mark.length + 1)
    rest = data.subarray(cut)
    return data.subarray(0, cut)
  }
  return (chunk) => {
    let data =
      rest.length > 0
        ? Buffer.concat([rest, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    if (!begun) {
      const at = data.indexOf(begin)
      if (at < 0) return void hold(data, begin)
      begun = true
      begins()
      data = data.subarray(at + begin.length)
    }
    const at = data.indexOf(end)
    if (at < 0) {
      const sure = hold(data, end)
      if (sure.length > 0) pieces.push(sure)
      return undefined
    }
    const stop = data.indexOf('\n', at + end.length)
    if (stop < 0) {
      pieces.push(data.subarray(0, at))
      rest = data.subarray(at)
      return undefined
    }
    pieces.push(data.subarray(0, at))
    return { bytes: Buffer.concat(pieces), number: Number(data.toString('latin1', at + end.length, stop)) }
  }
}
