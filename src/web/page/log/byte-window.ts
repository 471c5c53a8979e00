/** Bytes of a stream from one offset to another, in one piece; grows at both ends and is cut at its head. */
export interface ByteWindow {
  /** Offset in the stream of the first byte that is here, and of the first that is not any more. */
  readonly start: number
  readonly end: number
  append(bytes: Uint8Array): void
  prepend(bytes: Uint8Array): void
  /** Forgets what stands before an offset. */
  dropTo(offset: number): void
  /** A view, good until the next change. */
  slice(from: number, to: number): Uint8Array
  restart(offset: number): void
}

export function byteWindow(): ByteWindow {
  let room = new Uint8Array(64 * 1024)
  let head = 0
  let tail = 0
  let start = 0

  /** Room for more at the tail: moved to the front while at least half is free there, so that each byte is moved about once. */
  function makeRoom(more: number): void {
    if (tail + more <= room.length) return
    const kept = room.subarray(head, tail)
    const needed = kept.length + more
    const next = needed * 2 > room.length ? new Uint8Array(needed * 2) : room
    next.set(kept)
    room = next
    tail = kept.length
    head = 0
  }

  return {
    get start() {
      return start
    },
    get end() {
      return start + tail - head
    },
    append(bytes) {
      makeRoom(bytes.length)
      room.set(bytes, tail)
      tail += bytes.length
    },
    prepend(bytes) {
      const kept = room.subarray(head, tail)
      const next = new Uint8Array(bytes.length + kept.length)
      next.set(bytes)
      next.set(kept, bytes.length)
      room = next
      head = 0
      tail = next.length
      start -= bytes.length
    },
    dropTo(offset) {
      const dropped = Math.max(0, Math.min(offset - start, tail - head))
      head += dropped
      start += dropped
    },
    slice: (from, to) => room.subarray(head + from - start, head + to - start),
    restart(offset) {
      head = 0
      tail = 0
      start = offset
    },
  }
}
