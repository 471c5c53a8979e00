import { connect, type Socket } from 'node:net'

/** A socket that reads into one buffer again and again, once it is told that nobody keeps what it read. */
export interface PlaceReader {
  readonly socket: Socket
  /** From now on each piece of data is whole only until its event was handled. */
  readInPlace(): void
}

/** Bytes read at a time: many packets, so that few are cut and have to be put together again. */
const room = 512 * 1024

/**
 * Connects. What Node reads comes in a new buffer for each 64 KiB, which would count until a collection: hundreds of megabytes
 * of them have V8 go through the whole heap again and again.
 */
export function connectPlaceReader(host: string, port: number): PlaceReader {
  let kept = true
  const callback = (length: number, buffer: Uint8Array) => {
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length)
    socket.emit('data', kept ? Buffer.from(bytes) : bytes)
    return true
  }
  const socket = connect({ host, port, onread: { buffer: Buffer.allocUnsafeSlow(room), callback } })
  return { socket, readInPlace: () => void (kept = false) }
}
