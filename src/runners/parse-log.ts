import type { Tag } from '../core/ids.ts'
import type { LogAnswer, LogGap, LogRange } from './runner.ts'

/** The bytes of a range, as they stood between the lines of ours. */
export function chunk(
  range: LogRange | undefined,
  words: readonly string[],
  bytes: Uint8Array,
): readonly LogAnswer[] {
  const [offset = NaN, size = NaN] = words.map(Number)
  if (!range || !Number.isSafeInteger(offset) || !Number.isSafeInteger(size)) return []
  const { tag, incarnation, stream, limit } = range
  // A copy: the answer's own buffer would be held by a chunk that someone keeps.
  return [
    {
      kind: 'chunk',
      tag,
      incarnation,
      stream,
      offset,
      bytes: new Uint8Array(bytes.subarray(0, limit)),
      size,
    },
  ]
}

/** Why the bytes of a range cannot be had. */
export function gap(range: LogRange | undefined, why: string | undefined): readonly LogAnswer[] {
  if (!range || !isGap(why)) return []
  const { tag, incarnation, stream } = range
  return [{ kind: 'unavailable', tag, incarnation, stream, why, sentence: sentences[why](tag, stream) }]
}

const sentences: Readonly<Record<LogGap, (tag: Tag, stream: string) => string>> = {
  unsupported: (_, stream) => `This kind of runner gives no ${stream}.`,
  'not-started': (_, stream) => `The job has not started yet, so there is no ${stream}.`,
  gone: (tag, stream) => `The ${stream} of ${tag} was removed from the machine where the job ran.`,
  'no-permission': (_, stream) => `The ${stream} may not be read: check who owns the work folder.`,
  'too-large': (_, stream) => `The ${stream} is too large to be shown.`,
}

function isGap(why: string | undefined): why is LogGap {
  return why !== undefined && Object.hasOwn(sentences, why)
}
