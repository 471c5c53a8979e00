/**
 * Gives the memory of bytes back at once, when nobody looks at them again. What passes through would else count until a
 * collection, and have V8 go through the whole heap every few dozen megabytes. Small ones may share theirs: they are left alone.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer.byteLength >= worthwhile && buffer instanceof ArrayBuffer)
    nobody.postMessage(undefined, [buffer])
}

/** Bytes; the buffers that Node cuts small ones from are smaller. */
const worthwhile = 16 * 1024

/** What is posted to a closed port is dropped, and the memory that goes along with it is freed. */
const { port1: nobody } = new MessageChannel()
nobody.close()
