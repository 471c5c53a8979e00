import type { LogFrom } from '../../monitor/job-monitor.ts'
import type { LogSource } from './log-source.ts'

// The tail that is read to count lines in, in bytes: doubled until there are enough, or until so much was read.
const first = 64 * 1024
const most = 16 * 1024 * 1024

/** Where the last lines of a stream begin, as it is now: what is written later comes after them. */
export async function lastLinesFrom(source: LogSource, lines: number): Promise<LogFrom> {
  for (let bytes = first; ; bytes *= 2) {
    const { offset, text } = await readTail(source, bytes)
    if (text.length === 0) return 'start'
    const begin = beginOf(text, lines)
    if (begin > 0 || offset === 0 || bytes >= most) return { offset: offset + Math.max(begin, 0) }
  }
}

interface Tail {
  /** Of its first byte in the stream. */
  readonly offset: number
  readonly text: Buffer
}

/** What follows the last gap of it. */
async function readTail(source: LogSource, last: number): Promise<Tail> {
  let offset = 0
  let chunks: Uint8Array[] = []
  await source.read({ last }, (news) => {
    if (news.kind !== 'chunk') chunks = []
    else {
      if (chunks.length === 0) offset = news.offset
      chunks.push(news.bytes)
    }
    return Promise.resolve()
  })
  return { offset, text: Buffer.concat(chunks) }
}

const lineEnd = 10

/** Where the last lines begin in what was read; -1 where there are not so many. */
function beginOf(text: Buffer, lines: number): number {
  let at = text.at(-1) === lineEnd ? text.length - 1 : text.length
  if (lines === 0) return text.length
  for (let found = 0; found < lines; found++) {
    at = at === 0 ? -1 : text.lastIndexOf(lineEnd, at - 1)
    if (at < 0) return -1
  }
  return at + 1
}
