import type { FileChannel } from './file-channel.ts'
import { statRegular } from './fetch-file.ts'
import { inFlight, inOrder } from './in-flight.ts'
import { closeFile, openFile, readPiece } from './sftp-calls.ts'

/** At most `length` bytes from `offset`; fewer at the end of the file. */
export async function readFileRange(
  channel: FileChannel,
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const { piece } = channel
  await statRegular(channel, path)
  const handle = await openFile(channel, path, 'r')
  const found: Uint8Array[] = []
  const end = offset + length
  function* pieces() {
    for (let at = offset; at < end; at += piece)
      yield () => readPiece(channel, handle, Buffer.allocUnsafe(Math.min(piece, end - at)), at)
  }
  try {
    let expected = Math.min(piece, length)
    await inOrder(pieces(), Math.ceil(inFlight / piece), (bytes) => {
      found.push(bytes)
      const whole = bytes.length === expected
      expected = Math.min(piece, Math.max(0, length - found.length * piece))
      return whole // a shorter one is the last
    })
  } finally {
    await closeFile(channel, handle).catch(() => {})
  }
  return found.length === 1 && found[0] ? found[0] : Buffer.concat(found)
}
