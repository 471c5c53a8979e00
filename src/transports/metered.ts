import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { UsageBook } from '../core/usage-book.ts'
import type { ByteFlow, Transport } from './transport.ts'

/** Between two lines in the book, in ms: what a process that is killed did not write down is small. */
const writeEvery = 5000

/** The same way with its bytes, both ways, written into a book now and then. */
export function metered(
  transport: Transport,
  { book, clock, logger }: { readonly book: UsageBook; readonly clock: Clock; readonly logger: Logger },
): Transport {
  let unwritten = 0
  let writtenAt = -Infinity
  let writing: Promise<void> = Promise.resolve()

  function count(bytes: number): void {
    unwritten += bytes
    if (Math.abs(clock.now() - writtenAt) >= writeEvery) write()
  }

  function write(): void {
    const [amount, at] = [unwritten, clock.now()]
    if (amount === 0) return
    unwritten = 0
    writtenAt = at
    writing = writing
      .then(() => book.spend('bytes', amount, at))
      .catch((error: unknown) =>
        logger.warn({ error: messageOf(error) }, `what went to ${transport.name} could not be counted`),
      )
  }

  const sizeOf = async (path: string) => Number((await statIfThere(path))?.size ?? 0)
  const { stream } = transport
  return {
    ...transport,
    async run(script, options) {
      count(Buffer.byteLength(script))
      const answer = await transport.run(script, options)
      count(answer.stdout.length + answer.stderr.length)
      return answer
    },
    async read(path, range, options) {
      const bytes = await transport.read(path, range, options)
      count(bytes.length)
      return bytes
    },
    async write(path, source, options) {
      await transport.write(path, source, options)
      count(source instanceof Uint8Array ? source.length : await sizeOf(source.localPath))
    },
    async fetch(path, localPath, options) {
      await transport.fetch(path, localPath, options)
      count(await sizeOf(localPath))
    },
    ...(stream && { stream: (script, flow, options) => stream(script, counting(flow, count), options) }),
    async close() {
      write()
      await writing
      await transport.close()
    },
  }
}

function counting({ input, output }: ByteFlow, count: (bytes: number) => void): ByteFlow {
  return {
    ...(input && { input: passing(input, count) }),
    ...(output && {
      output(bytes) {
        count(bytes.length)
        return output(bytes)
      },
    }),
  }
}

async function* passing(bytes: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  for await (const piece of bytes) {
    count(piece.length)
    yield piece
  }
}
