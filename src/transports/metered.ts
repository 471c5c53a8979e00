import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { UsageBook } from '../core/usage-book.ts'
import { openByteMeter } from './byte-meter.ts'
import type { ByteFlow, Transport } from './transport.ts'

/** The same way with its bytes, both ways, written into a book now and then. */
export function metered(
  transport: Transport,
  { book, clock, logger }: { readonly book: UsageBook; readonly clock: Clock; readonly logger: Logger },
): Transport {
  const meter = openByteMeter({ name: transport.name, book, clock, logger })
  const count = (bytes: number) => meter.count(bytes)
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
      await meter.close()
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
