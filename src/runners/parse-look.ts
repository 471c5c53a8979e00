import { tag as asTag, type Tag } from '../core/ids.ts'
import type { LookItems } from './look-script.ts'
import type { JobReport } from './job-report.ts'
import { judgeJob } from './judge-job.ts'
import type { LogAnswer, LogGap, LogRange } from './runner.ts'

export interface LookNews {
  /** Whether the answer came to its end. */
  readonly whole: boolean
  /** Whether anything of it is ours at all. */
  readonly begun: boolean
  readonly jobs: ReadonlyMap<string, JobReport>
  /** Entries of the spool by tag. */
  readonly spool: ReadonlyMap<string, readonly string[]>
  readonly logs: readonly LogAnswer[]
}

/** Reads what a look answered: lines of ours by their nonce, whatever stands between. Never throws; what is cut off is left out (rule J3). */
export function parseLook(
  answer: Uint8Array,
  nonce: string,
  { ranges, known }: Pick<LookItems, 'ranges' | 'known'>,
): LookNews {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  const jobs = new Map<string, JobReport>()
  const spool = new Map<string, string[]>()
  const logs: LogAnswer[] = []
  let whole = false
  let begun = false
  for (let at = bytes.indexOf(`${nonce} `); at >= 0 && !whole; at = bytes.indexOf(`${nonce} `, at)) {
    const end = bytes.indexOf('\n', at)
    if (end < 0) break
    const line = bytes.toString('utf8', at + nonce.length + 1, end)
    const [word = '', first = '', ...rest] = line.split(' ')
    at = end + 1
    if (word === 'look') begun = true
    else if (word === 'end') whole = begun
    else if (word === 'job') jobs.set(first, judgeJob(rest.join(' '), known?.get(asTag(first))))
    else if (word === 'spool') addEntry(spool, first)
    else if (word === 'gap') logs.push(...gap(ranges[Number(first)], rest[0]))
    else if (word === 'range') {
      const close = bytes.indexOf(`\n${nonce} over ${first}\n`, at)
      if (close < 0) break
      logs.push(...chunk(ranges[Number(first)], rest, bytes.subarray(at, close)))
      at = close + 1
    }
  }
  return { whole, begun, jobs, spool, logs }
}

function addEntry(spool: Map<string, string[]>, entry: string): void {
  const tag = entry.split('.')[0] ?? ''
  const known = spool.get(tag)
  if (known) known.push(entry)
  else spool.set(tag, [entry])
}

function chunk(
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

function gap(range: LogRange | undefined, why: string | undefined): readonly LogAnswer[] {
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
