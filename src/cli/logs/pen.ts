import { openCleaner } from '../clean-text.ts'
import { showTime } from '../show-time.ts'

/** Writes one stream of a job as it is to be read. */
export interface Pen {
  take(bytes: Uint8Array): Promise<void>
  /** What is left of a line that has no end yet; then it may begin anew. */
  end(): Promise<void>
}

export interface PenOptions {
  write(bytes: Uint8Array): Promise<void>
  /** Before each line; none leaves the text in one piece. */
  readonly prefix?: string
  /** What each line is told to have come at. */
  readonly now?: () => number
  /** Whether colours of the job are let through. */
  readonly colours: boolean
}

/** Byte for byte. */
export function rawPen(write: PenOptions['write']): Pen {
  return { take: write, end: () => Promise.resolve() }
}

// A line may be so long, in characters, before it is written in parts: a job may never end one.
const longestLine = 64 * 1024
const plain = '\u001b[0m'

/** Text, without what a terminal obeys (colours where they are let through), by lines where each has something before it. */
export function openPen({ write, prefix = '', now, colours }: PenOptions): Pen {
  const cleaner = openCleaner({ colours })
  const isByLines = prefix !== '' || now !== undefined
  const line = (text: string) =>
    `${now ? `${showTime(now())} ` : ''}${prefix}${overwritten(text)}${text.includes('\u001b') ? plain : ''}\n`
  let decoder = new TextDecoder()
  let held = ''
  let isColoured = false
  const put = (text: string) => (text === '' ? Promise.resolve() : write(Buffer.from(text)))
  return {
    take(bytes) {
      const text = cleaner.push(decoder.decode(bytes, { stream: true }))
      isColoured ||= text.includes('\u001b')
      if (!isByLines) return put(text)
      const parts = (held + text).split('\n')
      held = parts.pop() ?? ''
      if (held.length > longestLine) {
        parts.push(held)
        held = ''
      }
      return put(parts.map(line).join(''))
    },
    end() {
      const rest = held + cleaner.push(decoder.decode()) + cleaner.end()
      held = ''
      decoder = new TextDecoder()
      if (isByLines) return put(rest === '' ? '' : line(rest))
      return put(rest + (isColoured ? plain : ''))
    },
  }
}

/** What a terminal would show of a line that was written over, as progress bars are. */
function overwritten(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? ''
}
