import { join } from 'node:path'
import { readRange } from '../core/system/files.ts'
import type { Tag } from '../core/ids.ts'
import { readKeptStream } from '../runners/keep-stream.ts'
import type { Stream } from '../runners/streams.ts'
import type { LogNews } from './job-monitor.ts'

/** A stream that was brought home when its attempt ended. */
export interface KeptLog {
  readonly logFolder: string
  readonly tag: Tag
  readonly incarnation: number
  readonly stream: Stream
}

/** What is handed on as text is soon forgotten where it comes in small pieces. */
export const keptPiece = 64 * 1024

/** Reads a kept stream from an offset (negative: from its end) to its end; the gap of a large one is said, not hidden. */
export async function* readKeptLog(log: KeptLog, from: number, chunk = keptPiece): AsyncGenerator<LogNews> {
  const { stream } = log
  const path = join(log.logFolder, `${log.tag}.${log.incarnation}.${stream}`)
  const kept = await readKeptStream(path)
  if (kept === undefined) return yield noneKept(stream)
  const { size, head, tail } = kept
  let at = from < 0 ? Math.max(0, size + from) : from
  if (at > size) {
    yield { kind: 'reset', stream, why: `the stream has only ${size} bytes` }
    at = 0
  }
  if (from < 0 && at > 0) yield { kind: 'skipped', stream, offset: 0, length: at }
  const resume = size - tail
  while (at < size) {
    if (at >= head && at < resume) {
      yield { kind: 'skipped', stream, offset: at, length: resume - at }
      at = resume
      continue
    }
    const place = at < head ? at : head + at - resume
    const bytes = await readRange(path, place, Math.min(chunk, (at < head ? head : size) - at))
    if (bytes.length === 0) return yield noneKept(stream)
    yield { kind: 'chunk', stream, offset: at, bytes }
    at += bytes.length
  }
}

function noneKept(stream: Stream): LogNews {
  const sentence = `Nothing was kept of the ${stream} of this attempt.`
  return { kind: 'unavailable', stream, why: 'gone', sentence }
}
