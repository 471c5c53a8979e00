import type { InputAttributes, OpenMode, Stats } from 'ssh2'
import type { FileChannel } from './file-channel.ts'

// The calls of the protocol that are made directly, as promises.

export const openFile = (channel: FileChannel, path: string, mode: OpenMode) =>
  channel.call<Buffer>((raw, done) => raw.open(path, mode, done))
export const closeFile = (channel: FileChannel, handle: Buffer) =>
  channel.call<void>((raw, done) => raw.close(handle, (error) => done(error, undefined)))
export const statOpen = (channel: FileChannel, handle: Buffer) =>
  channel.call<Stats>((raw, done) => raw.fstat(handle, done))
export const statFile = (channel: FileChannel, path: string) =>
  channel.call<Stats>((raw, done) => raw.stat(path, done))
export const setOpen = (channel: FileChannel, handle: Buffer, attributes: InputAttributes) =>
  channel.call<void>((raw, done) => raw.fsetstat(handle, attributes, (error) => done(error, undefined)))
export const makeFolder = (channel: FileChannel, path: string) =>
  channel.call<void>((raw, done) => raw.mkdir(path, (error) => done(error, undefined)))

export function writePiece(
  channel: FileChannel,
  handle: Buffer,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return channel.call((raw, done) =>
    raw.write(handle, buffer, 0, buffer.length, position, (error) => done(error, undefined)),
  )
}

/** Fills a buffer from a position; gives fewer bytes only at the end of the file. */
export async function readPiece(
  channel: FileChannel,
  handle: Buffer,
  buffer: Buffer,
  position: number,
): Promise<Buffer> {
  const { length } = buffer
  let filled = 0
  while (filled < length) {
    const count = await channel.call<number>((raw, done) => {
      raw.read(handle, buffer, filled, length - filled, position + filled, (error, read) => {
        if (isEnd(error)) done(undefined, 0)
        else done(error, read)
      })
    })
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}

const isEnd = (error: unknown) => error instanceof Error && 'code' in error && error.code === 1
